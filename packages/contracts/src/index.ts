export * from './define-endpoint.ts';
export * from './errors.ts';
export * from './schemas.ts';
export * as admin from './admin/index.ts';
export * as clientServer from './client-server/index.ts';
export * as federation from './federation/index.ts';
export * as oauth from './oauth/index.ts';
export * as setup from './admin/setup.ts';
