import { mkdtemp, rm } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compose,
  Listener,
  silentLog,
  systemRandom,
  type Homeserver,
  type HomeserverOptions,
  type Log,
  type Random,
} from '@stafette/homeserver';
import { parseServerName } from '@stafette/protocol';
import { MovableClock } from './movable-clock.ts';
import { TestClient, type TestUser } from './test-client.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import type { TestPlace } from './test-place.ts';

export interface StartOptions {
  readonly serverName?: string;
  /** Where other servers reach it; it is named after the place unless it has another name. */
  readonly place?: TestPlace;
  readonly random?: Random;
  /** When the server's clock stands at first. Clients with times of their own need the present. */
  readonly startMs?: number;
  readonly log?: Log;
  readonly maxUploadBytes?: number;
  readonly maxMediaBytesPerUser?: number;
  readonly urlPreviews?: HomeserverOptions['urlPreviews'];
  /** What an installation would configure. */
  readonly settings?: Pick<
    HomeserverOptions,
    | 'administration'
    | 'appservices'
    | 'delayedEvents'
    | 'retention'
    | 'quietThreads'
    | 'calls'
    | 'mail'
    | 'policyServerKey'
    | 'federationList'
    | 'deviceNamesOverFederation'
    | 'authorities'
    | 'publicUrl'
    | 'ssoRedirects'
  >;
  /** Goes on with the database, files and time of a server that was closed. */
  readonly after?: TestHomeserver;
  /** Differences from the defaults, which are those of an installation but for registration, hashes and limits. */
  readonly features?: Partial<HomeserverOptions['features']>;
}

export interface TestHomeserver {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string;
  readonly serverName: string;
  readonly clock: MovableClock;
  readonly database: TestDatabase;
  readonly mediaDirectory: string;
  readonly server: Homeserver;
  /** Somebody without an account. */
  readonly anonymous: TestClient;
  /** Registers an account over the API; its password is `<name>-password`. */
  register(name: string): Promise<TestUser>;
  /** The same for an administrator of the server. */
  registerAdministrator(name: string): Promise<TestUser>;
  /** Speaks as the user. */
  as(user: TestUser | { readonly accessToken: string }): TestClient;
  /** Stops the server and drops its database. */
  stop(): Promise<void>;
}

export const passwordOf = (name: string): string => `${name}-password-1`;

function serverNameOf(text: string): HomeserverOptions['serverName'] {
  const name = parseServerName(text);
  if (name === undefined) throw new Error(`${text} is no server name`);
  return name;
}

interface Session {
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
}

const toUser = ({ user_id: userId, device_id: deviceId, access_token: accessToken }: Session): TestUser => ({
  userId,
  deviceId,
  accessToken,
});

/** Time for answers in progress when the server stops; long polls are answered at once. */
const CLOSE_GRACE_MS = 1_000;
const REGISTRATION_SECRET = 'secret of the tests';

async function registerAdministrator(anonymous: TestClient, name: string): Promise<TestUser> {
  const path = '/_synapse/admin/v1/register';
  const { nonce } = await anonymous.get<{ nonce: string }>(path);
  const password = passwordOf(name);
  const mac = createHmac('sha1', REGISTRATION_SECRET).update([nonce, name, password, 'admin'].join('\0')).digest('hex');
  return toUser(await anonymous.post<Session>(path, { nonce, username: name, password, admin: true, mac }));
}

async function register(anonymous: TestClient, name: string): Promise<TestUser> {
  const auth = { type: 'm.login.dummy' };
  return toUser(await anonymous.post<Session>('/register', { username: name, password: passwordOf(name), auth }));
}

/**
 * The real homeserver, in this process, on a port of its own, over a database of its own. Its clock stands still until
 * the test moves it.
 */
export async function startHomeserver(options: StartOptions = {}): Promise<TestHomeserver> {
  const serverName = options.serverName ?? options.place?.serverName ?? 'test.example';
  const { after } = options;
  const clock = after?.clock ?? new MovableClock(options.startMs);
  const database = after?.database ?? (await createTestDatabase());
  const mediaDirectory = after?.mediaDirectory ?? (await mkdtemp(join(tmpdir(), 'stafette-media-')));
  // It listens first: the server has to know its own address.
  const listener = options.place?.listener ?? new Listener();
  const baseUrl = `http://127.0.0.1:${await listener.listen({ host: '127.0.0.1', port: 0 })}`;
  const composed = await compose({
    serverName: serverNameOf(serverName),
    database: database.database,
    clock,
    random: options.random ?? systemRandom,
    log: options.log ?? silentLog,
    registrationSecret: REGISTRATION_SECRET,
    mediaDirectory,
    publicUrl: baseUrl,
    ...options.settings,
    ...(options.maxUploadBytes === undefined ? {} : { maxUploadBytes: options.maxUploadBytes }),
    ...(options.maxMediaBytesPerUser === undefined ? {} : { maxMediaBytesPerUser: options.maxMediaBytesPerUser }),
    urlPreviews: options.urlPreviews,
    features: {
      openRegistration: true,
      cheapPasswordHashes: true,
      rateLimits: false,
      forcedEncryption: false,
      queryStringTokens: true,
      privateAddresses: true,
      directoryOfAcquaintances: false,
      webAvatars: true,
      pushContent: true,
      presence: false,
      openFederation: false,
      ...options.features,
    },
  });
  await composed.app.ready();
  const server: Homeserver = {
    ...composed,
    close: async () => void (await Promise.all([listener.close(CLOSE_GRACE_MS), composed.close()])),
  };
  listener.use((request, response) => server.app.routing(request, response));
  const anonymous = new TestClient(baseUrl);
  return {
    baseUrl,
    serverName,
    clock,
    database,
    mediaDirectory,
    server,
    anonymous,
    register: async (name) => register(anonymous, name),
    registerAdministrator: async (name) => registerAdministrator(anonymous, name),
    as: ({ accessToken }) => new TestClient(baseUrl, accessToken),
    async stop() {
      await server.close();
      await database.drop();
      await rm(mediaDirectory, { recursive: true, force: true });
    },
  };
}
