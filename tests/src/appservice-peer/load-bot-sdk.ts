import { createRequire } from 'node:module';
import type * as BotSdk from 'matrix-bot-sdk';

/**
 * matrix-bot-sdk as it is published. Its cryptography is a native library that an install script would fetch; as install
 * scripts never run here, an empty module stands in for it, and the peer speaks unencrypted.
 */
export function loadBotSdk(): typeof BotSdk {
  const require = createRequire(import.meta.url);
  const sdk = createRequire(require.resolve('matrix-bot-sdk'));
  const id = sdk.resolve('@matrix-org/matrix-sdk-crypto-nodejs');
  const empty: Pick<NodeJS.Module, 'id' | 'filename' | 'loaded' | 'exports'> = {
    id,
    filename: id,
    loaded: true,
    exports: { StoreType: {} },
  };
  // What a module needs to be taken from the cache.
  sdk.cache[id] = empty as NodeJS.Module;
  // The package's own types.
  return require('matrix-bot-sdk') as typeof BotSdk;
}
