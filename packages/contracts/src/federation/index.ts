export * from './keys.ts';
export * from './openid.ts';
export * from './query.ts';
export * from './user-devices.ts';
export * from './user-keys.ts';
export * from './version.ts';
