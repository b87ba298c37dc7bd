import { parseUserId, type UserId } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as store from './store.ts';

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
let closed: string;
let open: string;
let eventId: string;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
  closed = await asAnna.createRoom();
  open = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(open);
  eventId = await asAnna.send(open, 'Unerhört');
});
afterAll(async () => server.stop());

const path = (...parts: string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;
const reports = async (): Promise<readonly store.Report[]> =>
  store.list(server.database.database.reader, { limit: 10 });

describe('a report', () => {
  test('of a room, an event or a person is kept for the administrators', async () => {
    const nowMs = server.clock.nowMs();
    await asBernd.post(path('rooms', open, 'report'), { reason: '' });
    await asBernd.post(path('rooms', open, 'report', eventId), { reason: 'beleidigend', score: -80 });
    await asBernd.post(path('users', anna.userId, 'report'), { reason: 'gibt sich als Amt aus' });
    const shared = { reporter: bernd.userId, reportedAt: nowMs, status: 'open', score: null, resolvedBy: null };
    expect(await reports()).toMatchObject([
      { ...shared, kind: 'user', userId: anna.userId, roomId: null, reason: 'gibt sich als Amt aus' },
      { ...shared, kind: 'event', userId: anna.userId, roomId: open, eventId, reason: 'beleidigend', score: -80 },
      { ...shared, kind: 'room', userId: null, roomId: open, eventId: null, reason: '' },
    ]);
  });

  test('that is repeated is renewed, until an administrator has dealt with it', async () => {
    const room = path('rooms', open, 'report');
    const ofRoom = async () => (await reports()).filter(({ kind }) => kind === 'room');
    await asBernd.post(room, { reason: 'noch immer' });
    const [only] = await ofRoom();
    expect(await ofRoom()).toMatchObject([{ reason: 'noch immer' }]);
    const { database } = server.database;
    const by = parseUserId(anna.userId) as UserId;
    const resolve = async () => database.write(async (tx) => store.setResolved(tx, only?.id ?? 0, by, 1));
    expect([await resolve(), await resolve()]).toEqual([true, false]);
    await asBernd.post(room, { reason: 'schon wieder' });
    expect(await ofRoom()).toMatchObject([
      { reason: 'schon wieder', status: 'open' },
      { reason: 'noch immer', status: 'resolved', resolvedBy: anna.userId },
    ]);
    const remove = async () => database.write(async (tx) => store.remove(tx, only?.id ?? 0, 'room'));
    expect([await remove(), await remove()]).toEqual([true, false]);
    expect(await store.find(database.reader, only?.id ?? 0, 'room')).toBeUndefined();
  });

  test('of what one may not see is refused like one of nothing', async () => {
    const hidden = await asAnna.send(closed, 'Vertraulich');
    const refused = async (...parts: string[]) => {
      const { status, body } = await asBernd.try('POST', path(...parts), { reason: 'neugierig' });
      expect({ status, errcode: body['errcode'] }).toEqual({ status: 404, errcode: 'M_NOT_FOUND' });
      return body['error'];
    };
    const before = await reports();
    for (const roomId of [closed, 'no room', '\0'])
      expect(await refused('rooms', roomId, 'report')).toBe(await refused('rooms', '!unknown:test.example', 'report'));
    const nothing = await refused('rooms', '!unknown:test.example', 'report', '$unknown');
    for (const [roomId, id] of [
      [closed, hidden],
      [open, hidden],
      [closed, eventId],
      [open, 'no event'],
      ['\0', eventId],
    ] as const)
      expect(await refused('rooms', roomId, 'report', id)).toBe(nothing);
    for (const userId of ['@nobody:test.example', '@stranger:elsewhere.example', 'nobody'])
      await refused('users', userId, 'report');
    expect(await reports()).toEqual(before);
  });

  test('of an event is for members', async () => {
    const clara = server.as(await server.register('clara'));
    expect((await clara.try('POST', path('rooms', open, 'report', eventId), {})).status).toBe(404);
    expect((await clara.try('POST', path('rooms', open, 'report'), { reason: 'x' })).status).toBe(200);
  });

  test.each([
    ['without a reason', {}],
    ['with a NUL', { reason: 'a\0b' }],
    ['with a reason of more than 2000 characters', { reason: 'x'.repeat(2001) }],
  ])('%s is refused', async (_name, body) => {
    expect((await asBernd.try('POST', path('rooms', open, 'report'), body)).status).toBe(400);
  });

  test('with a score that is none is refused', async () => {
    for (const score of [1, -101, 0.5])
      expect((await asBernd.try('POST', path('rooms', open, 'report', eventId), { score })).status).toBe(400);
  });
});

test('whoever reports all the time is asked to wait', async () => {
  const limited = await startHomeserver({ features: { rateLimits: true } });
  const user = await limited.register('anna');
  const client = limited.as(user);
  const statuses: number[] = [];
  for (let index = 0; index < 21; index += 1)
    statuses.push((await client.try('POST', path('users', user.userId, 'report'), { reason: String(index) })).status);
  expect(new Set(statuses.slice(0, 20))).toEqual(new Set([200]));
  expect(statuses.at(-1)).toBe(429);
  await limited.stop();
});
