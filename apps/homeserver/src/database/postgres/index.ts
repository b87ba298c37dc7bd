import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ClientConfig } from 'pg';
import type { Log } from '../../platform/log.ts';
import { prepareArea } from './area.ts';
import { ensureCluster } from './cluster.ts';
import { embeddedConnection, ensureDatabase } from './connection.ts';
import { checkExternalPostgres } from './external-postgres.ts';
import { startPostmaster } from './postmaster.ts';
import { installRuntime, removeOldRuntimes } from './runtime.ts';
import { embeddedSettings, settingArguments } from './settings.ts';
import { PostgresSupervisor } from './supervisor.ts';

export { endLeftBehindSessions } from './left-behind-sessions.ts';

export interface PostgresConfig {
  /** An operator's own PostgreSQL; the embedded one is used when absent. */
  readonly url?: string | undefined;
  /** The embedded one lives in `postgres/` inside. */
  readonly dataDirectory: string;
  /** Further settings of the embedded one, by PostgreSQL's names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the area goes when the user of PostgreSQL cannot reach the data directory. Absolute. */
  readonly fallbackParent?: string;
}

export interface PostgresHandle {
  readonly connection: ClientConfig;
  /** Process id of the embedded PostgreSQL, which changes when it had to be started again; undefined for an external one. */
  readonly pid: number | undefined;
  /** Ends the embedded PostgreSQL; an external one is left alone. Close the pools first. */
  stop(): Promise<void>;
  /** Leaves the embedded PostgreSQL running; the next server on this data directory takes it over. */
  release(): void;
  /** Called once when PostgreSQL ended and could not be brought back: the server has to end too. */
  onExit(listener: (error: unknown) => void): void;
}

/**
 * Makes the data directory, or takes an empty one. Root's becomes passable, as PostgreSQL runs as another user inside;
 * nobody else can list it, and what is inside is closed to others by itself.
 */
export function prepareDataDirectory(path: string): string {
  const directory = resolve(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0 && statSync(directory).uid === 0 && readdirSync(directory).length === 0)
    chmodSync(directory, 0o711);
  return directory;
}

async function openExternal(url: string): Promise<PostgresHandle> {
  const connection: ClientConfig = { connectionString: url, application_name: 'stafette' };
  await checkExternalPostgres(connection);
  return { connection, pid: undefined, stop: async () => {}, release: () => {}, onExit: () => {} };
}

/**
 * A PostgreSQL that answers. Embedded: the first start makes the cluster, later ones start it, and one left running by a
 * server that was killed is taken over. PostgreSQL's programs are running when this returns its promise, so that the
 * caller can do other work meanwhile.
 */
export async function openPostgres(config: PostgresConfig, log: Log): Promise<PostgresHandle> {
  if (config.url !== undefined) return openExternal(config.url);
  const area = prepareArea(prepareDataDirectory(config.dataDirectory), config.fallbackParent);
  const runtime = installRuntime(area);
  await ensureCluster(area, runtime);
  const plan = { area, runtime, args: settingArguments(embeddedSettings(area, config.settings ?? {})) };
  const postmaster = await startPostmaster(plan);
  await ensureDatabase(area.socketDirectory);
  await removeOldRuntimes(area, runtime);
  log.info({ postgresPid: postmaster.pid, wasAdopted: postmaster.wasAdopted }, 'PostgreSQL is ready');
  const listeners: ((error: unknown) => void)[] = [];
  const supervisor = new PostgresSupervisor(plan, postmaster, log, (error) => {
    for (const listener of listeners) listener(error);
  });
  return {
    connection: { ...embeddedConnection(area.socketDirectory), application_name: 'stafette' },
    get pid() {
      return supervisor.pid;
    },
    stop: async () => supervisor.stop(),
    release: () => supervisor.release(),
    onExit: (listener) => void listeners.push(listener),
  };
}
