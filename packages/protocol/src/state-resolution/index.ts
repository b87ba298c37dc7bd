export type * from './known-events.ts';
export { authChainOf } from './auth-difference.ts';
export * from './resolve.ts';
export { fromStateKey, toStateKey, type StateKey } from './state-key.ts';
