import {
  lockInstance,
  openPostgres,
  prepareDataDirectory,
  silentLog,
  type Config,
  type PostgresHandle,
} from '@stafette/homeserver';

/**
 * Runs `work` over the configured database. The embedded one is started for it, which needs the data directory for
 * itself: a server that runs there is left alone, and the error says so.
 */
export async function withDatabase<T>(
  { database, dataDirectory }: Config,
  work: (postgres: PostgresHandle) => Promise<T>,
): Promise<T> {
  const release = database.url === undefined ? lockInstance(prepareDataDirectory(dataDirectory)) : () => undefined;
  try {
    const postgres = await openPostgres({ dataDirectory, ...database }, silentLog);
    try {
      return await work(postgres);
    } finally {
      await postgres.stop();
    }
  } finally {
    release();
  }
}
