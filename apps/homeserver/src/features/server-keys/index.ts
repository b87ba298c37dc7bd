import type { federation } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { getServerKey } from './endpoints/get-server-key.ts';
import type { ServerKeys } from './service.ts';

export { KeyRing } from './key-ring.ts';
export { createSigner, nodeSigner, protocolCrypto, verifyWithNode } from './protocol-crypto.ts';
export { ServerKeys } from './service.ts';

export const serverKeysHandlers = (keys: ServerKeys) =>
  ({ getServerKey: getServerKey(keys) }) satisfies Partial<HandlersOf<typeof federation>>;
