import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  migrate,
  openPostgres,
  readMigrations,
  silentLog,
  withClient,
  type PostgresHandle,
} from '@stafette/homeserver';

/** How to reach one database, in the driver's words. */
export type Connection = PostgresHandle['connection'];

export interface TestPostgres {
  /** Makes a database of its own with the newest schema, as a copy of a template: some 30 ms. */
  createDatabase(): Promise<Connection>;
  dropDatabase(connection: Connection): Promise<void>;
  /** Ends PostgreSQL and removes its files. */
  stop(): Promise<void>;
}

/** Data that nobody misses after the run: no sync, small, and room for many servers in one process. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  max_connections: '300',
  autovacuum: 'off',
};

const administer = async (connection: Connection, statement: string): Promise<unknown> =>
  withClient(connection, async (client) => client.query(statement));

/** Named by its content: another schema is another template. */
async function templateName(): Promise<string> {
  const hash = createHash('sha256');
  for (const { sha256 } of await readMigrations()) hash.update(sha256);
  return `template_${hash.digest('hex').slice(0, 16)}`;
}

async function makeTemplate(connection: Connection): Promise<string> {
  const template = await templateName();
  await administer(connection, `create database ${template}`);
  await migrate({ ...connection, database: template });
  return template;
}

/**
 * A PostgreSQL for tests, started by the server's own supervisor in a temporary directory. `isDurable` keeps fsync on,
 * for tests that kill it.
 */
export async function startTestPostgres({ isDurable = false } = {}): Promise<TestPostgres> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stafette-test-'));
  // Started as root, PostgreSQL runs as another user, who has to get in.
  if (process.getuid?.() === 0) chmodSync(dataDirectory, 0o711);
  const postgres = await openPostgres({ dataDirectory, settings: isDurable ? {} : THROWAWAY_SETTINGS }, silentLog);
  let template: Promise<string> | undefined;
  let createdCount = 0;
  return {
    async createDatabase() {
      template ??= makeTemplate(postgres.connection);
      createdCount += 1;
      const database = `test_${createdCount}`;
      await administer(
        postgres.connection,
        `create database ${database} template ${await template} strategy file_copy`,
      );
      return { ...postgres.connection, database };
    },
    async dropDatabase({ database }) {
      await administer(postgres.connection, `drop database if exists ${database} with (force)`);
    },
    async stop() {
      await postgres.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
