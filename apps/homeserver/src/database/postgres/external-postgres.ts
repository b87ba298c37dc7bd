import type { ClientConfig } from 'pg';
import { withClient } from './connection.ts';

const OLDEST_VERSION = 150_000;

interface Facts {
  readonly version: number;
  readonly versionText: string;
  readonly encoding: string;
}

/** Checks an operator's own PostgreSQL before anything is written to it. */
export async function checkExternalPostgres(connection: ClientConfig): Promise<void> {
  const facts = await withClient(connection, async (client) => {
    const { rows } = await client.query<Facts>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as "versionText",
              pg_encoding_to_char(encoding) as encoding
         from pg_database where datname = current_database()`,
    );
    return rows[0];
  }).catch((cause: unknown) => {
    // The address may hold a password, so the message does not repeat it.
    throw new Error('The PostgreSQL of DATABASE_URL does not answer.', { cause });
  });
  if (!facts) throw new Error('The PostgreSQL of DATABASE_URL does not describe itself.');
  if (facts.version < OLDEST_VERSION)
    throw new Error(`PostgreSQL 15 or newer is needed; the one of DATABASE_URL is ${facts.versionText}.`);
  if (facts.encoding !== 'UTF8')
    throw new Error(`The database of DATABASE_URL must have the encoding UTF8, not ${facts.encoding}.`);
}
