import type { MatrixClient, MatrixEvent } from 'matrix-js-sdk';
import type { Disposable } from '../observable/observable.ts';

/**
 * Long enough that the SDK asks the backup anew for the key, which it does five seconds after the last time at the
 * earliest; doubled with each try in vain.
 */
const FIRST_RETRY_MS = 6_000;
const LAST_RETRY_MS = 5 * 60_000;

/**
 * Tries again to read messages whose keys were not there. Other devices put keys into the backup some ten seconds after
 * they got them, so a device that has just been confirmed may look too early.
 */
export class LateKeys implements Disposable {
  readonly #client: MatrixClient;
  readonly #listEvents: () => readonly MatrixEvent[];
  #delayMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: MatrixClient, listEvents: () => readonly MatrixEvent[]) {
    this.#client = client;
    this.#listEvents = listEvents;
  }

  /** To be called whenever the events changed: begins to wait if any of them cannot be read. */
  watch(): void {
    const isWaiting = this.#listEvents().some((event) => event.isDecryptionFailure());
    if (!isWaiting) this.#delayMs = FIRST_RETRY_MS;
    if (isWaiting && this.#timer === undefined) this.#timer = setTimeout(this.#retry, this.#delayMs);
  }

  readonly #retry = (): void => {
    this.#timer = undefined;
    this.#delayMs = Math.min(LAST_RETRY_MS, this.#delayMs * 2);
    // The implementation of the crypto interface is also the backend that events ask for.
    const backend = this.#client.getCrypto() as Parameters<MatrixEvent['attemptDecryption']>[0] | undefined;
    if (backend === undefined) return;
    for (const event of this.#listEvents()) {
      // What fails once more stays as it is.
      if (event.isDecryptionFailure()) event.attemptDecryption(backend, { isRetry: true }).catch(() => undefined);
    }
    this.watch();
  };

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
