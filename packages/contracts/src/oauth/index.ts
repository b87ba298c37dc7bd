export * from './account-pages.ts';
export * from './authorization.ts';
export * from './browser-login.ts';
export * from './client-registration.ts';
export * from './device-authorization.ts';
export * from './sso.ts';
export * from './token.ts';
