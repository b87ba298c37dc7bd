import { clientServer } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { FastifyInstance } from 'fastify';
import type { FirstAccountServices } from './first-administrator.ts';
import type { Database } from './database/database.ts';
import { Accounts, createRequirePassword, identityHandlers, Passwords, Registration, Sessions, UserInteractiveAuth } from './features/identity/index.ts';
import { createApplication } from './http/application.ts';
import { bindEndpoints } from './http/bind-endpoints.ts';
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

  const setDisplayName = async (): Promise<void> => {};

  // leaves

  // hubs

  const handlers: HandlersOf<typeof clientServer> = {
    getVersions: async () => ({ versions: ['v1.1'], unstable_features: {} }),
    ...identityHandlers({ accounts, sessions, registration, requirePassword, serverName, setDisplayName }),
  };

  const app = createApplication(
    (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
    options.trustedProxies,
  );
  bindEndpoints(app, clientServer, handlers, {
    gate: sessions,
    rateLimiter: options.features.rateLimits ? new RateLimiter(rateLimits, clock) : undefined,
    allowsQueryToken: options.features.queryStringTokens,
    closing: closing.signal,
    observe: (...request) => options.metrics?.observeRequest(...request),
  });

  return {
    app,
    accounts,
    sessions,
    setDisplayName,
    async close() {
      closing.abort();
      notifier.wakeEveryone();
      await app.close();
    },
  };
}
