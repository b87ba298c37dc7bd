import type { Homeserver } from './compose.ts';
import { claimDataMode, type Config } from './config/index.ts';
import { claimDatabase } from './database/claim-database.ts';
import { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { endLeftBehindSessions, openPostgres, prepareDataDirectory } from './database/postgres/index.ts';
import { lockInstance } from './platform/instance-lock.ts';
import type { Log } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import type { Shutdown } from './platform/shutdown.ts';
import { VERSION } from './version.ts';

/** What every server stands on, whether it serves an agency, its set-up or a test suite. */
export interface Foundation {
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
export async function layFoundation(config: Config, log: Log, shutdown: Shutdown): Promise<Foundation> {
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
