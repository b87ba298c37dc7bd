import type { CryptoCallbacks } from 'matrix-js-sdk/lib/crypto-api/index.js';

/** Holds the key of secret storage in memory while something is being read from it or written to it. */
export class SecretStorageKeys {
  readonly #keys = new Map<string, Uint8Array<ArrayBuffer>>();

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      for (const [keyId, key] of this.#keys) if (keyId in keys) return [keyId, key];
      return null;
    },
    cacheSecretStorageKey: (keyId, _description, key) => this.remember(keyId, key),
  };

  remember(keyId: string, key: Uint8Array<ArrayBuffer>): void {
    this.#keys.set(keyId, key);
  }

  forget(): void {
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}
