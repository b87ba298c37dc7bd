export * from './event-policy.ts';
