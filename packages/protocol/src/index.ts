export type * from './json.ts';
export type * from './crypto.ts';
export * from './identifiers.ts';
export type * from './events/pdu.ts';
export type * from './room-versions/room-version.ts';
