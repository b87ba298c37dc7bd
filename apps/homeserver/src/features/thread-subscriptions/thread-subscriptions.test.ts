import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const CHANGES = '/_matrix/client/unstable/io.element.msc4308/thread_subscriptions?dir=b';
const NAME = 'io.element.msc4308.thread_subscriptions';

interface Changes {
  readonly subscribed: Record<string, Record<string, { readonly automatic: boolean; readonly bump_stamp: number }>>;
  readonly unsubscribed: Record<string, Record<string, { readonly bump_stamp: number }>>;
  readonly end?: string;
}

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let roomId: string;
let root: string;
let reply: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd] = [await homeserver.register(`anna${count}`), await homeserver.register(`bernd${count}`)];
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  await homeserver.as(bernd).join(roomId);
  root = await homeserver.as(anna).send(roomId, 'a thread');
  reply = await replyTo(root);
});

let replies = 0;
async function replyTo(thread: string): Promise<string> {
  replies += 1;
  const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/reply${replies}`;
  const content = { msgtype: 'm.text', body: 'reply', 'm.relates_to': { rel_type: 'm.thread', event_id: thread } };
  return (await homeserver.as(anna).put<{ event_id: string }>(path, content)).event_id;
}

const pathOf = (thread: string, room = roomId): string =>
  `/_matrix/client/unstable/io.element.msc4306/rooms/${encodeURIComponent(room)}/thread/${encodeURIComponent(thread)}/subscription`;
const put = (body: object = {}, thread = root, user = bernd) => homeserver.as(user).try('PUT', pathOf(thread), body);
const end = () => homeserver.as(bernd).try('DELETE', pathOf(root));
const get = () => homeserver.as(bernd).try('GET', pathOf(root));

describe('a thread', () => {
  test('is followed and no longer followed', async () => {
    expect(await get()).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
    expect(await end()).toMatchObject({ status: 200 });
    expect(await put()).toMatchObject({ status: 200, body: {} });
    expect(await get()).toMatchObject({ status: 200, body: { automatic: false } });
    expect([await end(), await end()]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(await get()).toMatchObject({ status: 404 });
  });

  test('is followed automatically until the user says otherwise', async () => {
    expect(await put({ automatic: reply })).toMatchObject({ status: 200 });
    expect(await get()).toMatchObject({ body: { automatic: true } });
    await end();
    expect(await put({ automatic: reply })).toMatchObject({
      status: 409,
      body: { errcode: 'IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION' },
    });
    // Mentioned anew.
    expect(await put({ automatic: await replyTo(root) })).toMatchObject({ status: 200 });
    await put();
    await put({ automatic: reply });
    expect(await get()).toMatchObject({ body: { automatic: false } });
  });

  test('is refused where there is none, or none to be seen', async () => {
    const elsewhere = await homeserver.as(anna).send(roomId, 'in no thread');
    expect(await put({ automatic: elsewhere })).toMatchObject({
      status: 400,
      body: { errcode: 'IO.ELEMENT.MSC4306.M_NOT_IN_THREAD' },
    });
    expect(await put({}, '$unknown')).toMatchObject({ status: 404 });
    expect(await put({}, 'nonsense')).toMatchObject({ status: 400 });
    const closed = await homeserver.as(anna).createRoom({ preset: 'private_chat' });
    const hidden = await homeserver.as(anna).send(closed, 'hidden');
    for (const method of ['PUT', 'GET', 'DELETE'] as const) {
      const path = pathOf(hidden, closed);
      expect(await homeserver.as(bernd).try(method, path, method === 'PUT' ? {} : undefined)).toMatchObject({
        status: 404,
      });
      // An event of another room does not open it either.
      expect(await homeserver.as(bernd).try(method, pathOf(hidden), method === 'PUT' ? {} : undefined)).toMatchObject({
        status: 404,
      });
    }
  });
});

describe('the user’s other devices', () => {
  const slide = async (pos?: string, limit = 100): Promise<{ pos: string; extensions: Record<string, Changes> }> => {
    const query = new URLSearchParams({ timeout: '20000', ...(pos === undefined ? {} : { pos }) }).toString();
    const path = `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?${query}`;
    return homeserver.as(bernd).post(path, { extensions: { [NAME]: { enabled: true, limit } } });
  };

  test('hear of it in sliding sync, and read on what was left out', async () => {
    const first = await slide();
    expect(first.extensions[NAME]).toBeUndefined();
    const waiting = slide(first.pos);
    await put();
    const told = await waiting;
    expect(told.extensions[NAME]).toMatchObject({ subscribed: { [roomId]: { [root]: { automatic: false } } } });
    const other = await homeserver.as(anna).send(roomId, 'another thread');
    await put({}, other);
    await end();
    const limited = (await slide(told.pos, 1)).extensions[NAME];
    expect(limited).toMatchObject({ subscribed: {}, unsubscribed: { [roomId]: { [root]: {} } } });
    const rest = `${CHANGES}&from=${String((limited as unknown as { prev_batch: string }).prev_batch)}&to=${encodeURIComponent(told.pos)}`;
    const page = await homeserver.as(bernd).get<Changes>(rest);
    expect(page).toMatchObject({ subscribed: { [roomId]: { [other]: {} } }, unsubscribed: {} });
    expect(page.end).toBeUndefined();
    // Nobody else hears of it.
    expect(await homeserver.as(anna).get(CHANGES)).toEqual({ subscribed: {}, unsubscribed: {} });
  });

  test('are refused tokens that are none', async () => {
    for (const query of ['&from=x', '&to=s1_1', '&limit=0'])
      expect(await homeserver.as(bernd).try('GET', `${CHANGES}${query}`)).toMatchObject({ status: 400 });
    expect(await homeserver.as(bernd).try('GET', CHANGES.replace('dir=b', 'dir=f'))).toMatchObject({ status: 400 });
  });
});
