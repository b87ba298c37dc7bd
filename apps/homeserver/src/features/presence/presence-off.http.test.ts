import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;

beforeAll(async () => {
  homeserver = await startHomeserver();
  [anna, bernd] = [await homeserver.register('anna'), await homeserver.register('bernd')];
});
afterAll(async () => homeserver.stop());

test('where presence is switched off a status is accepted and forgotten, and everybody is offline', async () => {
  const annas = homeserver.as(anna);
  const bernds = homeserver.as(bernd);
  const status = `/presence/${encodeURIComponent(anna.userId)}/status`;
  await annas.put(status, { presence: 'online', status_msg: 'here' });
  expect(await annas.get(status)).toEqual({ presence: 'offline' });
  expect(await bernds.try('GET', status)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  expect(await bernds.try('PUT', status, { presence: 'online' })).toMatchObject({ status: 403 });
  await bernds.join(await annas.createRoom({ preset: 'public_chat' }));
  expect(await bernds.get(status)).toEqual({ presence: 'offline' });
  expect(await annas.get('/sync?set_presence=online')).not.toHaveProperty('presence');
  expect(await homeserver.database.database.reader.query(sql`select * from presence`)).toEqual([]);
});
