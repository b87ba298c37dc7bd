import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClientConfig } from 'pg';
import { silentLog } from '../platform/log.ts';
import { migrate, migrationStatus } from './migrate.ts';
import { withClient } from './postgres/connection.ts';
import { openPostgres, type PostgresHandle } from './postgres/index.ts';

const root = mkdtempSync(join(tmpdir(), 'stafette-migrate-'));
chmodSync(root, 0o711);
let postgres: PostgresHandle;
let connection: ClientConfig;
let directory: string;
let databases = 0;

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
beforeEach(async () => {
  databases += 1;
  await withClient(postgres.connection, async (client) => client.query(`create database m${databases}`));
  connection = { ...postgres.connection, database: `m${databases}` };
  directory = join(root, `migrations-${databases}`);
  mkdirSync(directory);
  write('0001-people.sql', "create table people (name text); insert into people values ('Anna');");
});

const write = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);
const count = async (): Promise<number> =>
  withClient(connection, async (client) =>
    Number((await client.query<{ n: string }>('select count(*) as n from people')).rows[0]?.n),
  );

test('steps are applied once, in order, gaps allowed', async () => {
  write('0030-bernd.sql', "insert into people values ('Bernd')");
  expect(await migrate(connection, directory)).toEqual(['0001-people.sql', '0030-bernd.sql']);
  expect(await migrate(connection, directory)).toEqual([]);
  expect(await count()).toBe(2);
  expect(await migrationStatus(connection, directory)).toEqual({
    applied: ['0001-people.sql', '0030-bernd.sql'],
    pending: [],
  });
});

test('a later step follows on an older database', async () => {
  await migrate(connection, directory);
  write('0002-bernd.sql', "insert into people values ('Bernd')");
  expect((await migrationStatus(connection, directory)).pending).toEqual(['0002-bernd.sql']);
  expect(await migrate(connection, directory)).toEqual(['0002-bernd.sql']);
});

test('a step that fails leaves the database as it was before, and the steps before it in place', async () => {
  write('0002-broken.sql', "insert into people values ('Bernd'); select no_such_function();");
  await expect(migrate(connection, directory)).rejects.toThrow('0002-broken.sql failed');
  expect(await count()).toBe(1);
});

test('an edited step is refused', async () => {
  await migrate(connection, directory);
  write('0001-people.sql', 'create table people (name text, age integer)');
  await expect(migrate(connection, directory)).rejects.toThrow('was changed after');
});

test('a database of a newer version is refused', async () => {
  write('0002-bernd.sql', "insert into people values ('Bernd')");
  await migrate(connection, directory);
  rmSync(join(directory, '0002-bernd.sql'));
  await expect(migrate(connection, directory)).rejects.toThrow('does not know');
});

test('a step numbered before an applied one is refused', async () => {
  write('0005-bernd.sql', "insert into people values ('Bernd')");
  await migrate(connection, directory);
  write('0003-late.sql', 'select 1');
  await expect(migrate(connection, directory)).rejects.toThrow('comes before');
});

test('two servers that start at once apply each step once', async () => {
  const [first, second] = await Promise.all([migrate(connection, directory), migrate(connection, directory)]);
  expect([...first, ...second]).toEqual(['0001-people.sql']);
  expect(await count()).toBe(1);
});

test('the steps of this version apply to an empty database', async () => {
  expect((await migrate(connection)).length).toBeGreaterThan(0);
  expect(await migrate(connection)).toEqual([]);
});
