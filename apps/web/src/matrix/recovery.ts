import {
  decodeRecoveryKey,
  type CryptoApi,
  type GeneratedSecretStorageKey,
} from 'matrix-js-sdk/lib/crypto-api/index.js';
import { failure, success, type Outcome } from '../model/failure.ts';
import { failureOf } from './failure-of.ts';
import { ConfirmationAborted, type PasswordConfirmation } from './password-confirmation.ts';
import type { MatrixSession } from './session.ts';

/** Keys of old messages that came back so far. */
export interface RestoreProgress {
  readonly restored: number;
  readonly total: number;
}

/**
 * The recovery key: creates it together with the person's identity and the backup of message keys, or opens these with it.
 * https://spec.matrix.org/v1.19/client-server-api/#secrets
 */
export class Recovery {
  readonly #session: MatrixSession;
  readonly #confirmation: PasswordConfirmation;
  #generated: GeneratedSecretStorageKey | undefined;

  constructor(session: MatrixSession, confirmation: PasswordConfirmation) {
    this.#session = session;
    this.#confirmation = confirmation;
  }

  get #crypto(): CryptoApi {
    const crypto = this.#session.client.getCrypto();
    if (crypto === undefined) throw new Error('The session has not been started');
    return crypto;
  }

  /** A fresh key in the form people write down. Nothing is stored before `complete`. */
  async generateKey(): Promise<string> {
    this.#generated = await this.#crypto.createRecoveryKeyFromPassphrase();
    const { encodedPrivateKey } = this.#generated;
    if (encodedPrivateKey === undefined) throw new Error('The key has no written form');
    return encodedPrivateKey;
  }

  /**
   * Makes the generated key valid. 1. identity (cross-signing keys), 2. secret storage under the new key with the
   * identity in it, 3. key backup. With `reset` all three replace what the account had.
   */
  async complete(reset: boolean): Promise<Outcome<void>> {
    const generated = this.#generated;
    if (generated === undefined) throw new Error('There is no key to complete with');
    try {
      await this.#session.replaceKeys(async () => {
        if (reset) await this.#crypto.resetEncryption(this.#confirmation.authorize);
        else await this.#crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: this.#confirmation.authorize });
        await this.#crypto.bootstrapSecretStorage({
          createSecretStorageKey: async () => generated,
          setupNewSecretStorage: true,
          // A reset has made one already.
          setupNewKeyBackup: !reset,
        });
      });
      return success(undefined);
    } catch (error) {
      return error instanceof ConfirmationAborted
        ? failure('wrong-credentials')
        : { ok: false, failure: failureOf(error) };
    } finally {
      this.#session.secretStorageKeys.forget();
      this.#confirmation.forget();
    }
  }

  /** Opens the gate after `complete`; false when something is still missing. */
  async finish(): Promise<boolean> {
    await this.#session.checkTrust();
    const isReady = this.#session.gate.get() === 'ready';
    if (isReady) this.#generated = undefined;
    return isReady;
  }

  /** Confirms this device with the recovery key and gets the keys of old messages back. */
  async recover(writtenKey: string, onProgress: (progress: RestoreProgress) => void): Promise<Outcome<void>> {
    const { client, secretStorageKeys } = this.#session;
    const stored = await client.secretStorage.getKey();
    if (stored === null) return failure('not-found');
    const [keyId, description] = stored;
    const key = decode(writtenKey);
    if (key === undefined || !(await client.secretStorage.checkKey(key, description)))
      return failure('wrong-recovery-key');
    try {
      secretStorageKeys.remember(keyId, key);
      await this.#crypto.bootstrapCrossSigning({});
      await this.#crypto.loadSessionBackupPrivateKeyFromSecretStorage();
      await this.#crypto.checkKeyBackupAndEnable();
      await this.#crypto.restoreKeyBackup({
        progressCallback: (progress) => {
          if ('total' in progress) onProgress({ restored: progress.successes, total: progress.total });
        },
      });
      await this.#session.checkTrust();
      return success(undefined);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    } finally {
      secretStorageKeys.forget();
    }
  }

  /** For the settings: whether there is a recovery key and whether this device adds to the backup. */
  async status(): Promise<{ readonly hasKey: boolean; readonly isBackupActive: boolean }> {
    const keyId = await this.#session.client.secretStorage.getDefaultKeyId();
    const version = await this.#crypto.getActiveSessionBackupVersion();
    return { hasKey: keyId !== null, isBackupActive: version !== null };
  }
}

function decode(writtenKey: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeRecoveryKey(writtenKey);
  } catch {
    // Wrong length, alphabet or checksum: a typing error.
    return undefined;
  }
}
