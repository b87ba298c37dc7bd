import {
  ClientEvent,
  createClient,
  HttpApiEvent,
  IndexedDBStore,
  PendingEventOrdering,
  SyncState,
  type MatrixClient,
} from 'matrix-js-sdk';
import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api/index.js';
import { Cleanups, MutableValue, type Disposable } from '../observable/observable.ts';
import type { Credentials } from './credentials.ts';
import { nameRoom } from './room-naming.ts';
import { SecretStorageKeys } from './secret-storage-keys.ts';
import { silentLogger } from './silent-logger.ts';
import type { Words } from './words.ts';

export type Connection = 'connecting' | 'online' | 'offline';

/** What still stands between the person and the chats. */
export type TrustGate = 'checking' | 'create-recovery' | 'confirm-device' | 'ready';

export interface SessionOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly words: () => Words;
}

const CRYPTO_DATABASE_PREFIX = 'stafette';
const SYNC_DATABASE = 'stafette-sync';

/** Somebody signed in on this device: the SDK's client, running, and how far its encryption is set up. */
export class MatrixSession implements Disposable {
  readonly client: MatrixClient;
  readonly userId: string;
  readonly deviceId: string;
  readonly words: () => Words;
  readonly secretStorageKeys: SecretStorageKeys;
  readonly connection = new MutableValue<Connection>('connecting');
  readonly gate = new MutableValue<TrustGate>('checking');
  /** The server ended this session: from another device, or by an administrator. */
  readonly isEnded = new MutableValue(false);
  readonly #store: IndexedDBStore;
  #hasHeardServer = false;
  #isReplacingKeys = false;
  readonly #cleanups = new Cleanups();

  constructor({ baseUrl, credentials, words }: SessionOptions) {
    this.userId = credentials.userId;
    this.deviceId = credentials.deviceId;
    this.words = words;
    this.secretStorageKeys = new SecretStorageKeys();
    this.#store = new IndexedDBStore({ indexedDB, localStorage, dbName: SYNC_DATABASE });
    this.client = createClient({
      baseUrl,
      userId: credentials.userId,
      deviceId: credentials.deviceId,
      accessToken: credentials.accessToken,
      store: this.#store,
      timelineSupport: true,
      disableVoip: true,
      verificationMethods: ['m.sas.v1'],
      cryptoCallbacks: this.secretStorageKeys.callbacks,
      roomNameGenerator: (_roomId, state) => nameRoom(state, words()),
      logger: silentLogger,
    });
  }

  /** Resolves with the first sync, or with what the last one left here: the rooms are there. */
  async start(): Promise<void> {
    await this.#store.startup();
    await this.client.initRustCrypto({ cryptoDatabasePrefix: CRYPTO_DATABASE_PREFIX });
    this.#followConnection();
    this.#followTrust();
    const prepared = new Promise<void>((resolve) => {
      const settle = (state: SyncState): void => {
        if (state !== SyncState.Prepared && state !== SyncState.Syncing) return;
        this.client.off(ClientEvent.Sync, settle);
        resolve();
      };
      this.client.on(ClientEvent.Sync, settle);
    });
    await this.client.startClient({
      pendingEventOrdering: PendingEventOrdering.Detached,
      lazyLoadMembers: true,
      initialSyncLimit: 20,
    });
    await prepared;
    await this.checkTrust();
  }

  /** Looks anew at what encryption still needs. */
  async checkTrust(): Promise<void> {
    this.gate.set(await this.#decideGate());
  }

  /**
   * While the person's keys are being replaced nobody asks the server for them: its old answer would make the crypto
   * module throw the new ones away.
   */
  async replaceKeys(work: () => Promise<void>): Promise<void> {
    this.#isReplacingKeys = true;
    try {
      await work();
    } finally {
      this.#isReplacingKeys = false;
    }
  }

  async #decideGate(): Promise<TrustGate> {
    const crypto = this.client.getCrypto();
    if (crypto === undefined) return 'checking';
    const isConfirmed = async (): Promise<boolean> =>
      (await crypto.getDeviceVerificationStatus(this.userId, this.deviceId))?.crossSigningVerified === true;
    if (!(await isConfirmed())) {
      // Asks the server, which may also bring the signature that confirms this device.
      if (!(await crypto.userHasCrossSigningKeys(this.userId, true))) return 'create-recovery';
      if (!(await isConfirmed())) return 'confirm-device';
    }
    // What this device remembers may be older than the set-up, so only the server's word counts against it.
    if (!this.#hasHeardServer) return 'ready';
    // Without a default key an earlier set-up stopped half-way.
    return (await this.client.secretStorage.getDefaultKeyId()) === null ? 'create-recovery' : 'ready';
  }

  #followConnection(): void {
    const onSync = (
      state: SyncState,
      _previous: SyncState | null,
      details?: { readonly fromCache?: boolean },
    ): void => {
      const isFirstWord =
        !this.#hasHeardServer &&
        (state === SyncState.Prepared || state === SyncState.Syncing) &&
        details?.fromCache !== true;
      if (isFirstWord) {
        this.#hasHeardServer = true;
        if (this.gate.get() === 'ready') this.checkTrust().catch(ignoreWhileStopping);
      }
      if (state === SyncState.Error || state === SyncState.Reconnecting) this.connection.set('offline');
      else if (state === SyncState.Prepared)
        this.connection.set(this.connection.get() === 'offline' ? 'offline' : 'connecting');
      else if (state === SyncState.Syncing) this.connection.set('online');
    };
    const onLoggedOut = (): void => this.isEnded.set(true);
    this.client.on(ClientEvent.Sync, onSync);
    this.client.on(HttpApiEvent.SessionLoggedOut, onLoggedOut);
    this.#cleanups.add(() => this.client.off(ClientEvent.Sync, onSync));
    this.#cleanups.add(() => this.client.off(HttpApiEvent.SessionLoggedOut, onLoggedOut));
  }

  /**
   * A confirmation on another device opens the gate here, and new keys made there close it; the set-up opens it itself
   * when it is done.
   */
  #followTrust(): void {
    const onChange = (): void => {
      const gate = this.gate.get();
      if ((gate === 'confirm-device' || gate === 'ready') && !this.#isReplacingKeys)
        this.checkTrust().catch(ignoreWhileStopping);
    };
    this.client.on(CryptoEvent.UserTrustStatusChanged, onChange);
    this.client.on(CryptoEvent.DevicesUpdated, onChange);
    this.client.on(CryptoEvent.KeysChanged, onChange);
    this.#cleanups.add(() => {
      this.client.off(CryptoEvent.UserTrustStatusChanged, onChange);
      this.client.off(CryptoEvent.DevicesUpdated, onChange);
      this.client.off(CryptoEvent.KeysChanged, onChange);
    });
  }

  /** Ends the session on the server and deletes what this device kept: messages, keys. */
  async signOut(): Promise<void> {
    this.dispose();
    try {
      await this.client.logout(true);
    } finally {
      await this.eraseStores();
    }
  }

  /** What the account's list of devices calls this one. */
  async nameDevice(name: string): Promise<void> {
    await this.client.setDeviceDetails(this.deviceId, { display_name: name });
  }

  async eraseStores(): Promise<void> {
    await this.client.clearStores({ cryptoDatabasePrefix: CRYPTO_DATABASE_PREFIX });
    // The SDK leaves the ids of its filters behind, and with them the person's.
    for (const key of Object.keys(localStorage)) if (key.startsWith('mxjssdk_')) localStorage.removeItem(key);
  }

  dispose(): void {
    this.#cleanups.dispose();
    this.secretStorageKeys.forget();
    this.client.stopClient();
  }
}

/** The next event asks again; a client that is being stopped has no answer. */
function ignoreWhileStopping(): void {
  return undefined;
}
