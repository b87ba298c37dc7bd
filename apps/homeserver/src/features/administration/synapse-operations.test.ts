import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';

let server: TestHomeserver;
let asAdmin: TestClient;
let asAnna: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  asAdmin = server.as(await server.registerAdministrator('admin'));
  asAnna = server.as(await server.register('anna'));
});
afterAll(async () => server.stop());

const v1 = '/_synapse/admin/v1';

test('the largest rooms come first, by what the database knows of its tables', async () => {
  const [small, large] = [await asAnna.createRoom(), await asAnna.createRoom()];
  for (let sent = 0; sent < 50; sent += 1) await asAnna.send(large, 'x'.repeat(200));
  await server.database.database.execute(sql`analyze`);
  const { rooms } = await asAdmin.get<{ rooms: { room_id: string; estimated_size: number }[] }>(
    `${v1}/statistics/database/rooms`,
  );
  expect(rooms.map(({ room_id }) => room_id)).toEqual([large, small]);
  const [first, second] = rooms.map(({ estimated_size }) => estimated_size);
  expect(first).toBeGreaterThan(second ?? 0);
  expect(second).toBeGreaterThan(0);
});

test('nothing is under way in the database, and no other server is known', async () => {
  expect(await asAdmin.get(`${v1}/background_updates/status`)).toEqual({ enabled: true, current_updates: {} });
  const destinations = `${v1}/federation/destinations`;
  expect(await asAdmin.get(`${destinations}?from=0&limit=10&order_by=destination&dir=f`)).toEqual({
    destinations: [],
    total: 0,
  });
  const one = `${destinations}/elsewhere.example`;
  const missing = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
  for (const path of [one, `${one}/rooms`]) expect(await asAdmin.try('GET', path)).toMatchObject(missing);
  expect(await asAdmin.try('POST', `${one}/reset_connection`, {})).toMatchObject(missing);
  expect((await asAdmin.try('GET', `${destinations}?limit=0`)).status).toBe(400);
});

test('nobody else is told any of it', async () => {
  const refused = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
  for (const path of [
    'statistics/database/rooms',
    'background_updates/status',
    'federation/destinations',
    'federation/destinations/elsewhere.example',
    'federation/destinations/elsewhere.example/rooms',
  ])
    expect(await asAnna.try('GET', `${v1}/${path}`)).toMatchObject(refused);
  expect(await asAnna.try('POST', `${v1}/federation/destinations/x/reset_connection`, {})).toMatchObject(refused);
});
