import { Database } from '@stafette/homeserver';
import { requestDatabase, returnDatabase } from './postgres-broker.ts';
import type { Connection } from './test-postgres.ts';

export interface TestDatabase {
  readonly connection: Connection;
  readonly database: Database;
  /** Closes the pools and drops the database. */
  drop(): Promise<void>;
}

/**
 * An empty database with the newest schema, for one test file: `beforeAll` makes it, `afterAll` drops it. Real
 * PostgreSQL, without fsync.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const connection = await requestDatabase();
  const database = new Database({ connection });
  return {
    connection,
    database,
    async drop() {
      await database.close();
      await returnDatabase(connection);
    },
  };
}
