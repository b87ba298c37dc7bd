import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fragment, sql } from './sql.ts';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(async () => testDatabase.drop());

const texts = ['', 'plain', '{"a":"b\\"c"}', 'a,b', 'NULL', '{}', 'line\nfeed', 'ä€😀', 'x'.repeat(100_000)];

const readBack = async (values: readonly (string | null)[]): Promise<unknown> =>
  testDatabase.database.reader.query(sql`
    select text, place from unnest(${values}::text[]) with ordinality as given (text, place) order by place`);

test.each([
  ['of any characters', texts],
  ['with nulls', ['a', null, '', null]],
  ['of nothing', []],
  ['of one', ['one']],
])('an array %s arrives as it is', async (_what, values) => {
  expect(await readBack(values)).toEqual(values.map((text, index) => ({ text, place: index + 1 })));
});

test('what the database cannot hold is refused, in arrays as elsewhere', async () => {
  await expect(readBack(['a\0b'])).rejects.toMatchObject({ code: '22021' });
});

test('an array in a fragment arrives beside others, and arrays of other types as the driver writes them', async () => {
  const columns = fragment`${texts}::text[], ${texts.map((_, index) => index)}::integer[]`;
  const rows = await testDatabase.database.reader.query(sql`
    select text, number from unnest(${columns}) as given (text, number) where text = any(${texts}) order by number`);
  expect(rows).toEqual(texts.map((text, number) => ({ text, number })));
});
