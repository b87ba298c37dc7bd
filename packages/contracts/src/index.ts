export * from './define-endpoint.ts';
export * from './errors.ts';
export * from './schemas.ts';
export * as clientServer from './client-server/index.ts';
