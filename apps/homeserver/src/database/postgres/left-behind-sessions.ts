import type { ClientConfig } from 'pg';
import { withClient } from './connection.ts';

const PATIENCE_MS = 5_000;

/**
 * Ends the sessions that a server which was killed left in PostgreSQL. One of them may still be writing: its commit would
 * come after this server has read where its streams end, and nobody would ever be told.
 */
export async function endLeftBehindSessions(connection: ClientConfig): Promise<void> {
  await withClient(connection, async (client) =>
    client.query(
      `select pg_terminate_backend(pid, ${PATIENCE_MS}) from pg_stat_activity
       where datname = current_database() and application_name = current_setting('application_name') and pid <> pg_backend_pid()`,
    ),
  );
}
