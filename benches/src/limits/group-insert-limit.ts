import { join } from 'node:path';
import { openPostgres } from '@stafette/homeserver/database/postgres/index.ts';
import { createLog } from '@stafette/homeserver/platform/log.ts';
import { measureGroupInsert } from './group-insert.ts';

/** The group insert on a PostgreSQL of the same kind and settings as the server's own. */
export async function withGroupInsertLimit(
  directory: string,
  measureMs: number,
): Promise<{ readonly rowsPerSecond: number }> {
  const { log, close } = createLog({ level: 'warn' });
  const postgres = await openPostgres({ dataDirectory: join(directory, 'data') }, log);
  try {
    return await measureGroupInsert(postgres.connection, measureMs);
  } finally {
    await postgres.stop();
    close();
  }
}
