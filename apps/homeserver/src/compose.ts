import { clientServer, federation } from '@stafette/contracts';
import { roomEncryption } from '@stafette/policy-room-encryption';
import type { ServerName } from '@stafette/protocol';
import type { FastifyInstance } from 'fastify';
import type { FirstAccountServices } from './first-administrator.ts';
import type { Database } from './database/database.ts';
import { Accounts, createRequirePassword, identityHandlers, Passwords, Registration, Sessions, UserInteractiveAuth } from './features/identity/index.ts';
import { historyHandlers } from './features/history/index.ts';
import { Membership, membershipHandlers } from './features/membership/index.ts';
import { Messages, messagesHandlers } from './features/messages/index.ts';
import { RoomEvents } from './features/room-events/index.ts';
import { createRooms, roomsHandlers } from './features/rooms/index.ts';
import { protocolCrypto, ServerKeys, serverKeysHandlers } from './features/server-keys/index.ts';
import { createApplication } from './http/application.ts';
import { bindEndpoints, type BindContext } from './http/bind-endpoints.ts';
import type { HandlersOf } from './http/handler.ts';
import { rateLimits } from './http/limits.ts';
import { RateLimiter } from './http/rate-limit.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Random } from './platform/random.ts';
import { Notifier } from './streams/notifier.ts';

/** Everything from outside that the server needs; tests pass a movable clock and a seeded random. */
export interface HomeserverOptions {
  readonly serverName: ServerName;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Addresses and networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl?: string;
  /** Absolute; uploaded files live inside. */
  readonly mediaDirectory?: string;
  readonly maxUploadBytes?: number;
  readonly defaultRoomVersion?: string;
  /** Shared-secret registration of the conformance mode; off when absent. */
  readonly registrationSecret?: string | undefined;
  /** Behaviour that the conformance mode changes; see `config/`. */
  readonly features: {
    readonly openRegistration: boolean;
    readonly cheapPasswordHashes: boolean;
    readonly rateLimits: boolean;
    readonly forcedEncryption: boolean;
    readonly queryStringTokens: boolean;
  };
}

export interface Homeserver extends FirstAccountServices {
  readonly app: FastifyInstance;
  /** Ends long polls, finishes what was accepted, stops jobs. The database is the caller's. */
  close(): Promise<void>;
}

/**
 * Constructs the server, in the order of its dependencies: this function is the system diagram. Nothing else constructs
 * a service.
 */
export async function compose(options: HomeserverOptions): Promise<Homeserver> {
  const { clock, database, log, random, serverName } = options;
  const closing = new AbortController();
  const notifier = new Notifier();

  // kernel
  const passwords = new Passwords(options.features.cheapPasswordHashes);
  const sessions = new Sessions({ database, clock, random });
  const accounts = new Accounts({ database, clock, random, serverName, passwords, sessions, namesAreLocalparts: options.features.openRegistration });
  const userInteractiveAuth = new UserInteractiveAuth(clock, random);
  const requirePassword = createRequirePassword(accounts, userInteractiveAuth);
  const registration = new Registration({
    database,
    accounts,
    auth: userInteractiveAuth,
    isOpen: options.features.openRegistration,
    findAdmission: async () => undefined,
  });

  const serverKeys = await ServerKeys.open({ database, clock, random, serverName });
  const roomEvents = await RoomEvents.open({
    database,
    clock,
    random,
    log,
    serverName,
    signer: serverKeys.signer,
    crypto: protocolCrypto,
    policies: options.features.forcedEncryption ? [roomEncryption] : [],
  });
  const profileOf = async (): Promise<Record<string, string>> => ({});
  const rooms = createRooms({
    database,
    roomEvents,
    serverName,
    profileOf,
    defaultVersion: options.defaultRoomVersion ?? '12',
    forcesEncryption: options.features.forcedEncryption,
  });
  const membership = new Membership({ roomEvents, serverName, profileOf });
  const setDisplayName = async (): Promise<void> => {};

  // leaves
  const messages = new Messages({ database, roomEvents, aliases: rooms.aliases });
  const ignoredBy = async (): Promise<ReadonlySet<string>> => new Set();

  // hubs

  const handlers: HandlersOf<typeof clientServer> = {
    getVersions: async () => ({ versions: ['v1.1'], unstable_features: {} }),
    ...identityHandlers({ accounts, sessions, registration, requirePassword, serverName, setDisplayName }),
    ...roomsHandlers(rooms),
    ...membershipHandlers(membership, rooms.aliases),
    ...messagesHandlers(messages),
    ...historyHandlers({ database, roomEvents, clock, ignoredBy }),
  };

  const app = createApplication(
    (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
    options.trustedProxies,
  );
  const binding = {
    gate: sessions,
    rateLimiter: options.features.rateLimits ? new RateLimiter(rateLimits, clock) : undefined,
    allowsQueryToken: options.features.queryStringTokens,
    closing: closing.signal,
    observe: (...request: Parameters<BindContext['observe']>) => options.metrics?.observeRequest(...request),
  };
  bindEndpoints(app, clientServer, handlers, binding);
  bindEndpoints(app, federation, serverKeysHandlers(serverKeys), binding);

  return {
    app,
    accounts,
    sessions,
    setDisplayName,
    async close() {
      closing.abort();
      notifier.wakeEveryone();
      await app.close();
      await roomEvents.settle();
    },
  };
}
