import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseServerName, type ServerName } from '@stafette/protocol';
import { compose, type Homeserver } from './compose.ts';
import {
  claimDataMode,
  ConfigError,
  formatAddress,
  reachableAddress,
  type Address,
  type Config,
} from './config/index.ts';
import { claimDatabase } from './database/claim-database.ts';
import { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { endLeftBehindSessions, openPostgres, prepareDataDirectory } from './database/postgres/index.ts';
import { logInAdministrator, prepareAdministrator } from './first-administrator.ts';
import { readRegistrations, type AppserviceRegistration } from './features/appservices/index.ts';
import { SetupService, type PreparedServer } from './features/setup/index.ts';
import { createSetupApplication } from './setup-application.ts';
import { dispatch } from './http/dispatch.ts';
import { Listener, type RequestHandler } from './http/listener.ts';
import { createWebClient } from './http/web-client.ts';
import { databaseCheck, diskCheck } from './operations/checks.ts';
import { operationsHandler } from './operations/operations-handler.ts';
import { systemClock } from './platform/clock.ts';
import { lockInstance } from './platform/instance-lock.ts';
import type { Log } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { systemRandom } from './platform/random.ts';
import { Shutdown } from './platform/shutdown.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
  /** Where people reach it, without a slash at the end. */
  readonly url: string;
  /** To be shown on the terminal, and only there; undefined when there is an agency. */
  readonly setupCode: string | undefined;
  /** Ends everything in order; what was acknowledged is kept. Under five seconds. */
  stop(): Promise<void>;
  /** Called when the server cannot go on, because PostgreSQL is gone for good. */
  onLost(listener: (error: unknown) => void): void;
}

/** Time for answers in progress when the server ends; long polls are answered at once. */
const CLOSE_GRACE_MS = 1_000;

interface Foundation {
  readonly config: Config;
  readonly log: Log;
  readonly shutdown: Shutdown;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly lost: Lost;
  /** The complete server, once there is one. */
  active: Homeserver | undefined;
}

/** Tells whoever listens that the database is gone for good, also when it happened before anybody listened. */
class Lost {
  #announced: { readonly error: unknown } | undefined;
  readonly #listeners: ((error: unknown) => void)[] = [];

  readonly announce = (error: unknown): void => {
    this.#announced = { error };
    for (const listener of this.#listeners) listener(error);
  };

  listen(listener: (error: unknown) => void): void {
    this.#listeners.push(listener);
    if (this.#announced) listener(this.#announced.error);
  }
}

/** The directory is locked first: two servers must not prepare one database. */
async function layFoundation(config: Config, log: Log, shutdown: Shutdown): Promise<Foundation> {
  const dataDirectory = prepareDataDirectory(config.dataDirectory);
  shutdown.add('lock', lockInstance(dataDirectory));
  claimDataMode(dataDirectory, config.mode);
  const lost = new Lost();
  const postgres = await openPostgres({ dataDirectory, ...config.database }, log);
  shutdown.add('postgres', async () => postgres.stop());
  postgres.onExit(lost.announce);
  if (config.database.url !== undefined) shutdown.add('claim', await claimDatabase(postgres.connection, lost.announce));
  await endLeftBehindSessions(postgres.connection);
  const applied = await migrate(postgres.connection);
  if (applied.length > 0) log.info({ migrations: applied }, 'schema brought up to date');
  const database = new Database({ connection: postgres.connection });
  shutdown.add('database', async () => database.close());
  return { config, log, shutdown, database, metrics: createMetrics(VERSION), lost, active: undefined };
}

async function composeServer(
  { config, log, database, metrics }: Foundation,
  serverName: ServerName,
): Promise<Homeserver> {
  const homeserver = await compose({
    serverName,
    database,
    log,
    metrics,
    clock: systemClock,
    random: systemRandom,
    features: config.features,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    mediaDirectory: join(config.dataDirectory, 'media'),
    maxUploadBytes: config.maxUploadBytes,
    defaultRoomVersion: config.defaultRoomVersion,
    delayedEvents: config.delayedEvents,
    calls: config.calls,
    registrationSecret: config.conformance?.registrationSecret,
    authorities: readAuthorities(config),
    appservices: readAppservices(config, log),
  });
  await homeserver.app.ready();
  return homeserver;
}

/** What the operator registered; a server that starts with half of it would lose the other half's messages. */
function readAppservices({ appservicesDirectory }: Config, log: Log): readonly AppserviceRegistration[] {
  if (appservicesDirectory === undefined) return [];
  const { registrations, problems, warnings } = readRegistrations(appservicesDirectory);
  if (problems.length > 0) throw new ConfigError(problems);
  for (const warning of warnings)
    log.warn({ warning }, 'a registration of an application service is not all understood');
  return registrations;
}

/** PEM text of the authorities that a test suite made for itself. */
function readAuthorities({ conformance }: Config): string | undefined {
  return conformance?.authorityFile === undefined ? undefined : readFileSync(conformance.authorityFile, 'utf8');
}

const handlerOf =
  ({ app }: Homeserver): RequestHandler =>
  (request, response) =>
    app.routing(request, response);

function parseConfiguredName(text: string): ServerName {
  const serverName = parseServerName(text);
  if (serverName === undefined) throw new ConfigError([`"${text}" is not a server name`]);
  return serverName;
}

async function serveConformance(foundation: Foundation, listener: Listener): Promise<undefined> {
  const { config } = foundation;
  const homeserver = await composeServer(foundation, parseConfiguredName(config.serverName ?? ''));
  foundation.active = homeserver;
  listener.use(dispatch({ api: handlerOf(homeserver), setup: undefined, web: undefined }));
}

/**
 * Serves an agency, or its set-up: then the small set-up application and the web client answer until the agency exists,
 * and the complete server from that moment on, without a restart. Returns the set-up code when one is needed.
 */
async function serveAgency(foundation: Foundation, listener: Listener): Promise<string | undefined> {
  const { config, log, database } = foundation;
  const web = config.webDirectory === undefined ? undefined : await createWebClient(config.webDirectory);

  const activate = (homeserver: Homeserver): void => {
    foundation.active = homeserver;
    listener.use(dispatch({ api: handlerOf(homeserver), setup, web }));
  };
  const prepareServer = async ({ serverName }: { readonly serverName: ServerName }): Promise<PreparedServer> => {
    const homeserver = await composeServer(foundation, serverName);
    return {
      prepareAdministrator: async (administrator) => prepareAdministrator(homeserver, administrator),
      activate: async (userId, administrator) => {
        activate(homeserver);
        return logInAdministrator(homeserver, userId, administrator);
      },
      discard: async () => homeserver.close(),
    };
  };

  const service = new SetupService({
    database,
    clock: systemClock,
    random: systemRandom,
    fixedServerName: config.serverName,
    prepareServer,
  });
  const setup = await createSetupApplication(service, systemClock, log);
  const agency = await service.findAgency();
  if (agency) {
    if (config.serverName !== undefined && config.serverName !== agency.serverName) {
      throw new ConfigError([
        `The configuration says server_name ${config.serverName}, but this agency is ${agency.serverName}; a server name never changes`,
      ]);
    }
    activate(await composeServer(foundation, agency.serverName));
    return undefined;
  }
  listener.use(dispatch({ api: setup, setup, web }));
  return service.issueCode();
}

/** The default port of the operations listener may be taken by another server of this machine; one that was asked for may not. */
async function openOperations({ config, log, shutdown, database, metrics }: Foundation): Promise<void> {
  if (!config.operations) return;
  const { host, port, isRequired } = config.operations;
  const listener = new Listener();
  const onFault = (error: unknown): void => log.error({ err: error }, 'operations request failed');
  listener.use(operationsHandler([databaseCheck(database), diskCheck(config.dataDirectory)], metrics, onFault));
  try {
    await listener.listen({ host, port });
  } catch (error) {
    if (isRequired)
      throw new Error(`Cannot listen on ${formatAddress({ host, port })} for operations.`, { cause: error });
    log.warn({ port }, 'the port for health and metrics is taken; they are not served');
    return;
  }
  shutdown.add('operations', async () => listener.close(0));
}

/** Where a browser on this machine finds a listener; only the port can differ from the configured address. */
function urlOf(config: Config, port: number): string {
  const listen: Address | undefined = config.listeners[0];
  if (listen && listen.port === port) return config.publicUrl;
  return `http://${formatAddress(reachableAddress({ host: listen?.host ?? 'localhost', port }))}`;
}

async function openListener(listener: Listener, { config }: Foundation): Promise<string> {
  const ports: number[] = [];
  for (const at of config.listeners) {
    try {
      ports.push(await listener.listen(at));
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      const reason = isTaken
        ? 'another program listens there. Choose another address with STAFETTE_LISTEN'
        : 'the system does not allow it';
      throw new Error(`Cannot listen on ${formatAddress(at)}: ${reason}.`, { cause: error });
    }
  }
  return urlOf(config, ports[0] ?? 0);
}

/** Starts everything, in the order of dependencies, and returns when it answers. A failed start leaves nothing running. */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const shutdown = new Shutdown(log);
  try {
    const foundation = await layFoundation(config, log, shutdown);
    const listener = new Listener();
    foundation.metrics.watchInFlight(() => listener.inFlightCount);
    // At the same time: long polls end because the server closes, and the listener waits for their answers.
    shutdown.add('serving', async () => {
      await Promise.all([listener.close(CLOSE_GRACE_MS), foundation.active?.close()]);
    });
    const setupCode = await (config.mode === 'conformance' ? serveConformance : serveAgency)(foundation, listener);
    await openOperations(foundation);
    const url = await openListener(listener, foundation);
    log.info({ url, version: VERSION, mode: config.mode, isSetUp: setupCode === undefined }, 'ready');
    return { url, setupCode, stop: async () => shutdown.run(), onLost: (listen) => foundation.lost.listen(listen) };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
