export * from './event-policy.ts';
export * from './exempt-senders.ts';
