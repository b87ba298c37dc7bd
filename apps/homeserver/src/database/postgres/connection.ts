import { Client, type ClientConfig } from 'pg';
import { CLUSTER_ROLE } from './cluster.ts';

/** How to reach the embedded PostgreSQL: a socket in a directory that only its user and root can enter. */
export const embeddedConnection = (socketDirectory: string, database: string = CLUSTER_ROLE): ClientConfig => ({
  host: socketDirectory,
  port: 5432,
  user: CLUSTER_ROLE,
  database,
  // Nothing asks for one; without it the driver would look into the user's home directory.
  password: '',
});

/** Runs `work` over a connection of its own. */
export async function withClient<T>(connection: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionTimeoutMillis: 10_000, ...connection });
  // A connection that breaks while a query runs rejects the query too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const INVALID_CATALOG_NAME = '3D000';

/** Whether our database is there. Throws when PostgreSQL does not answer. */
async function hasDatabase(socketDirectory: string): Promise<boolean> {
  try {
    await withClient(embeddedConnection(socketDirectory), async (client) => client.query('select 1'));
    return true;
  } catch (error) {
    if (codeOf(error) === INVALID_CATALOG_NAME) return false;
    throw error;
  }
}

/** Whether PostgreSQL answers; that our database may not exist yet does not matter. */
export async function canConnect(socketDirectory: string): Promise<boolean> {
  return hasDatabase(socketDirectory).then(
    () => true,
    () => false,
  );
}

/** At the first start the empty database that comes with a cluster becomes the server's: faster than making another. */
export async function ensureDatabase(socketDirectory: string): Promise<void> {
  if (await hasDatabase(socketDirectory)) return;
  await withClient(embeddedConnection(socketDirectory, 'template1'), async (client) =>
    client.query(`alter database postgres rename to ${CLUSTER_ROLE}`),
  );
}
