import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres } from '@stafette/homeserver/database/postgres/index.ts';
import { createLog } from '@stafette/homeserver/platform/log.ts';

/** Runs `work` with the address of a PostgreSQL that answers a commit before it is on the disk, otherwise as the server's own. */
export async function withRelaxedPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-bench-relaxed-'));
  const { log, close } = createLog({ level: 'warn' });
  const postgres = await openPostgres(
    { dataDirectory: join(directory, 'data'), settings: { synchronous_commit: 'off' } },
    log,
  );
  const { host, user, database } = postgres.connection;
  try {
    return await work(`postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`);
  } finally {
    await postgres.stop();
    close();
    await rm(directory, { recursive: true, force: true });
  }
}
