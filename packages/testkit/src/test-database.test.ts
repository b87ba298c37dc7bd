import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '@stafette/homeserver';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let first: TestDatabase;
let second: TestDatabase;

beforeAll(async () => {
  first = await createTestDatabase();
  second = await createTestDatabase();
});
afterAll(async () => {
  await first.drop();
  await second.drop();
});

test('a test database has the newest schema', async () => {
  const [row] = await first.database.reader.query<{ count: number }>(
    sql`select count(*)::int as count from schema_migrations`,
  );
  expect(row?.count).toBeGreaterThan(1);
});

test('two test databases do not see each other', async () => {
  await first.database.write(async (tx) => tx.execute(sql`create table only_here (id int)`));
  const exists = sql`select to_regclass('only_here') is not null as found`;
  expect(await first.database.reader.find(exists)).toEqual({ found: true });
  expect(await second.database.reader.find(exists)).toEqual({ found: false });
});
