import { createClient, type MatrixClient, type MatrixEvent } from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import { until } from './until.ts';

const ignore = (): void => undefined;
/** The SDK tells of every request; what matters here are the expectations. */
const logger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  getChild: () => logger,
};

export type MessageContent = Parameters<MatrixClient['sendMessage']>[2];

export interface Credentials {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly password: string;
}

interface LoginAnswer {
  readonly user_id: string;
  readonly device_id?: string;
  readonly access_token?: string;
}

function credentialsOf(
  { user_id: userId, device_id: deviceId, access_token: accessToken }: LoginAnswer,
  password: string,
): Credentials {
  if (deviceId === undefined || accessToken === undefined) throw new Error('the server gave no session');
  return { userId, deviceId, accessToken, password };
}

export async function registerPerson(baseUrl: string, name: string): Promise<Credentials> {
  const password = `${name}-password-1`;
  const answer = await createClient({ baseUrl, logger }).registerRequest({
    username: name,
    password,
    auth: { type: 'm.login.dummy' },
  });
  return credentialsOf(answer, password);
}

export async function loginAgain(baseUrl: string, { userId, password }: Credentials): Promise<Credentials> {
  const identifier = { type: 'm.id.user', user: userId };
  const answer = await createClient({ baseUrl, logger }).loginRequest({
    type: 'm.login.password',
    identifier,
    password,
  });
  return credentialsOf(answer, password);
}

/** One device of somebody: an SDK client with Rust cryptography, in memory. */
export class Person {
  readonly client: MatrixClient;
  readonly credentials: Credentials;
  /** The private key of secret storage, as this device was told it. */
  recoveryKey: Uint8Array<ArrayBuffer> | undefined;

  constructor(baseUrl: string, credentials: Credentials) {
    this.credentials = credentials;
    this.client = createClient({
      baseUrl,
      logger,
      userId: credentials.userId,
      deviceId: credentials.deviceId,
      accessToken: credentials.accessToken,
      cryptoCallbacks: {
        getSecretStorageKey: async ({ keys }) => {
          const [keyId] = Object.keys(keys);
          return keyId === undefined || this.recoveryKey === undefined ? null : [keyId, this.recoveryKey];
        },
      },
    });
  }

  get crypto() {
    const crypto = this.client.getCrypto();
    if (crypto === undefined) throw new Error('the client has no cryptography yet');
    return crypto;
  }

  async start(): Promise<void> {
    await this.client.initRustCrypto({ useIndexedDB: false });
    await this.client.startClient({ initialSyncLimit: 50 });
    await until('the first sync', () => this.client.isInitialSyncComplete());
  }

  /** Makes the recovery key, cross-signing and the key backup, as at a first login. */
  async setUpRecovery(): Promise<void> {
    const { userId, password } = this.credentials;
    await this.crypto.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: async (makeRequest) => {
        await makeRequest({ type: 'm.login.password', identifier: { type: 'm.id.user', user: userId }, password });
      },
    });
    await this.crypto.bootstrapSecretStorage({
      setupNewKeyBackup: true,
      createSecretStorageKey: async () => {
        const key = await this.crypto.createRecoveryKeyFromPassphrase();
        this.recoveryKey = key.privateKey;
        return key;
      },
    });
  }

  async send(roomId: string, content: MessageContent): Promise<string> {
    return (await this.client.sendMessage(roomId, content)).event_id;
  }

  /** The event, once it has arrived and could be decrypted. */
  async read(roomId: string, eventId: string): Promise<MatrixEvent> {
    return until(`${eventId} to be readable`, () => {
      const event = this.client.getRoom(roomId)?.findEventById(eventId);
      return event && !event.isDecryptionFailure() && event.getType() !== 'm.room.encrypted' && event;
    });
  }

  stop(): void {
    this.client.stopClient();
  }
}
