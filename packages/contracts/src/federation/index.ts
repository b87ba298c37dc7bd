export * from './keys.ts';
export * from './openid.ts';
export * from './query.ts';
export * from './version.ts';
