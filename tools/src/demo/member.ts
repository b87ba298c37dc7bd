import { setTimeout as delay } from 'node:timers/promises';
import {
  ClientEvent,
  createClient,
  EventTimeline,
  type MatrixClient,
  MatrixError,
  RoomEvent,
  SyncState,
} from 'matrix-js-sdk';
import type { Login } from './accounts.ts';
import { requestJson } from './http.ts';

const BACKUP_TIMEOUT_MS = 30_000;
const BACKUP_POLL_MS = 250;

/** A person with a client that encrypts, as their browser does. */
export interface Member {
  readonly login: Login;
  readonly client: MatrixClient;
  readonly recoveryKey: string;
}

const sessionOf = (error: unknown): string | undefined => {
  const session: unknown = error instanceof MatrixError && error.httpStatus === 401 ? error.data['session'] : undefined;
  return typeof session === 'string' ? session : undefined;
};

/** Logs the person's client in, with their keys, recovery key and key backup, so that any browser can read on later. */
export async function openMember(baseUrl: string, login: Login): Promise<Member> {
  let secret: [string, Uint8Array<ArrayBuffer>] | undefined;
  const client = createClient({
    baseUrl,
    userId: login.userId,
    deviceId: login.deviceId,
    accessToken: login.accessToken,
    cryptoCallbacks: {
      getSecretStorageKey: async ({ keys }) => {
        const keyId = Object.keys(keys)[0];
        return secret && keyId !== undefined ? [keyId, secret[1]] : null;
      },
      cacheSecretStorageKey: (keyId, _info, key) => void (secret = [keyId, key]),
    },
  });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 20 });
  await new Promise<void>((resolve) => {
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) resolve();
    });
  });
  const crypto = client.getCrypto();
  if (!crypto) throw new Error('no encryption in this client');
  await crypto.bootstrapCrossSigning({
    setupNewCrossSigning: true,
    authUploadDeviceSigningKeys: async (makeRequest) => {
      try {
        await makeRequest(null);
      } catch (error) {
        const session = sessionOf(error);
        if (session === undefined) throw error;
        const identifier = { type: 'm.id.user', user: login.userId };
        await makeRequest({ type: 'm.login.password', identifier, password: login.password, session });
      }
    },
  });
  const recovery = await crypto.createRecoveryKeyFromPassphrase();
  await crypto.bootstrapSecretStorage({
    setupNewSecretStorage: true,
    setupNewKeyBackup: true,
    createSecretStorageKey: async () => recovery,
  });
  return { login, client, recoveryKey: recovery.encodedPrivateKey ?? '' };
}

const stateOf = (client: MatrixClient, roomId: string) =>
  client.getRoom(roomId)?.getLiveTimeline().getState(EventTimeline.FORWARDS);

/** Resolves when the client has seen all of them in the room: only then does it encrypt for all of them. */
export async function waitForPeople({ client }: Member, roomId: string, userIds: readonly string[]): Promise<void> {
  const isComplete = (): boolean =>
    userIds.every((userId) => stateOf(client, roomId)?.getMember(userId)?.membership === 'join');
  if (isComplete()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!isComplete()) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
  });
}

/** Resolves when the client knows the event, decrypted or not. */
export async function waitForEvent({ client }: Member, roomId: string, eventId: string): Promise<void> {
  if (client.getRoom(roomId)?.findEventById(eventId)) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!client.getRoom(roomId)?.findEventById(eventId)) return;
      client.off(RoomEvent.Timeline, look);
      resolve();
    };
    client.on(RoomEvent.Timeline, look);
  });
}

/**
 * Resolves when the keys of everything that the person can read are in their backup. The client uploads them by itself,
 * after a random wait of up to ten seconds.
 */
export async function waitForBackup({ client, login }: Member): Promise<void> {
  const keys: unknown = JSON.parse((await client.getCrypto()?.exportRoomKeysAsJson()) ?? '[]');
  const expectedCount = Array.isArray(keys) ? keys.length : 0;
  for (let waitedMs = 0; waitedMs < BACKUP_TIMEOUT_MS; waitedMs += BACKUP_POLL_MS) {
    // Asked of the server: the client remembers the count of its first look.
    const { count } = await requestJson('GET', `${client.baseUrl}/_matrix/client/v3/room_keys/version`, {
      token: login.accessToken,
    });
    if (typeof count === 'number' && count >= expectedCount) return;
    await delay(BACKUP_POLL_MS);
  }
  throw new Error(`the keys of ${login.displayName} did not get into the backup`);
}
