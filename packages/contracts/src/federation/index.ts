export * from './keys.ts';
export * from './openid.ts';
