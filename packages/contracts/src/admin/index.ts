export * from './audit.ts';
export * from './email-confirmation.ts';
export * from './invitations.ts';
export * from './me.ts';
export * from './shared-secret-registration.ts';
export * from './synapse/event-reports.ts';
export * from './synapse/media.ts';
export * from './synapse/rooms.ts';
