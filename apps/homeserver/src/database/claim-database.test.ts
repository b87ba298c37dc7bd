import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { silentLog } from '../platform/log.ts';
import { claimDatabase } from './claim-database.ts';
import { withClient } from './postgres/connection.ts';
import { openPostgres, type PostgresHandle } from './postgres/index.ts';

const root = mkdtempSync(join(tmpdir(), 'stafette-claim-'));
chmodSync(root, 0o711);
let postgres: PostgresHandle;
beforeAll(async () => {
  postgres = await openPostgres(
    { dataDirectory: join(root, 'data'), settings: { fsync: 'off', shared_buffers: '32MB' } },
    silentLog,
  );
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

const fail = (error: unknown): never => expect.unreachable(String(error));

test('a second server on one database is refused until the first lets go', async () => {
  const release = await claimDatabase(postgres.connection, fail);
  await expect(claimDatabase(postgres.connection, fail, 0)).rejects.toThrow('Another server');
  await release();
  await (
    await claimDatabase(postgres.connection, fail, 0)
  )();
});

test('a claim whose connection broke is taken again', async () => {
  const release = await claimDatabase(postgres.connection, fail);
  await withClient(postgres.connection, async (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'stafette claim'`),
  );
  await vi.waitFor(async () => {
    const { rows } = await withClient(postgres.connection, async (client) =>
      client.query(`select 1 from pg_locks where locktype = 'advisory'`),
    );
    expect(rows).toHaveLength(1);
  });
  await expect(claimDatabase(postgres.connection, fail, 0)).rejects.toThrow('Another server');
  await release();
});
