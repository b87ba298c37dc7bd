import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Event {
  readonly event_id: string;
  readonly room_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly content: { readonly body?: string; readonly membership?: string };
}
interface Events {
  readonly start: string;
  readonly end: string;
  readonly chunk: Event[];
}
interface Room {
  readonly room_id: string;
  readonly membership: string;
  readonly visibility: string;
  readonly account_data: readonly { readonly type: string; readonly content: object }[];
  readonly inviter?: string;
  readonly invite?: Event;
  readonly messages?: { readonly chunk: Event[]; readonly start: string; readonly end: string };
  readonly state?: Event[];
}
interface Overview {
  readonly end: string;
  readonly rooms: Room[];
}

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  anna = await server.register('anna');
  bernd = await server.register('bernd');
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;
const accountOf = ({ userId }: TestUser): string => `/user/${encodeURIComponent(userId)}`;
const bodies = ({ chunk }: { readonly chunk: readonly Event[] }) =>
  chunk.filter((event) => event.type === 'm.room.message').map((event) => event.content.body);
const events = async (client: TestClient, query: Record<string, string>): Promise<Events> =>
  client.get(`/events?${new URLSearchParams(query).toString()}`);

describe('before there was /sync', () => {
  test('an overview told all rooms, and events went on from there', async () => {
    const joined = await asAnna.createRoom({ name: 'Akten' });
    for (const text of ['eins', 'zwei', 'drei']) await asAnna.send(joined, text);
    await asAnna.put(`${accountOf(anna)}${room(joined, '/tags/m.favourite')}`, {});
    const invited = await asBernd.createRoom({ invite: [anna.userId] });
    const left = await asAnna.createRoom();
    await asAnna.post(room(left, '/leave'));
    const banned = await asBernd.createRoom({ preset: 'public_chat', visibility: 'public' });
    await asAnna.join(banned);
    await asBernd.post(room(banned, '/ban'), { user_id: anna.userId });
    const overview = await asAnna.get<Overview>('/initialSync?limit=2');
    const find = ({ rooms }: Overview, roomId: string) => rooms.find((entry) => entry.room_id === roomId);
    expect(bodies(find(overview, joined)?.messages ?? { chunk: [] })).toEqual(['zwei', 'drei']);
    expect(find(overview, joined)).toMatchObject({ membership: 'join', visibility: 'private' });
    expect(find(overview, joined)?.account_data.map((entry) => entry.type)).toContain('m.tag');
    expect(find(overview, joined)?.state?.map((event) => event.type)).toContain('m.room.name');
    expect(find(overview, invited)).toMatchObject({
      membership: 'invite',
      inviter: expect.stringContaining('@bernd'),
      invite: { state_key: anna.userId, content: { membership: 'invite' } },
    });
    expect(find(overview, left)).toBeUndefined();
    const archived = await asAnna.get<Overview>('/initialSync?archived=true');
    expect(find(archived, left)).toMatchObject({ membership: 'leave' });
    expect(find(archived, banned)).toMatchObject({ membership: 'ban', visibility: 'public' });
    const earlier = find(overview, joined)?.messages?.start ?? '';
    expect(bodies(await asAnna.get(room(joined, `/messages?dir=b&from=${earlier}`)))).toEqual(['eins']);

    const poll = events(asAnna, { from: overview.end, timeout: '60000' });
    await asAnna.send(joined, 'vier');
    const first = await poll;
    expect(bodies(first)).toEqual(['vier']);
    expect(first.start).toBe(overview.end);
    expect((await events(asAnna, { from: first.end })).chunk).toEqual([]);
    expect((await events(asAnna, {})).chunk).toEqual([]);
    expect((await asAnna.try('GET', '/events?from=nonsense')).status).toBe(400);
  });

  test('one room was told as it stands, with what its user keeps there', async () => {
    const roomId = await asAnna.createRoom({ preset: 'public_chat', visibility: 'public' });
    await asAnna.put(`${accountOf(anna)}${room(roomId, '/account_data/m.marked_unread')}`, { unread: true });
    expect(await asAnna.get(room(roomId, '/initialSync'))).toMatchObject({
      membership: 'join',
      visibility: 'public',
      account_data: [{ type: 'm.marked_unread', content: { unread: true } }],
    });
    await asBernd.join(roomId);
    expect(await asBernd.get(room(roomId, '/initialSync'))).toMatchObject({ membership: 'join', account_data: [] });
    await asBernd.post(room(roomId, '/leave'));
    await asAnna.post(room(roomId, '/ban'), { user_id: bernd.userId });
    expect(await asBernd.get(room(roomId, '/initialSync'))).toMatchObject({ membership: 'ban' });
  });

  test('messages to devices wait for /sync all the same', async () => {
    const { next_batch: since } = await asAnna.sync<{ next_batch: string }>();
    const messages = { [anna.userId]: { [anna.deviceId]: { secret: true } } };
    await asBernd.put('/sendToDevice/m.sample/t1', { messages });
    const { end } = await events(asAnna, { from: since });
    await events(asAnna, { from: end });
    const synced = await asAnna.sync<{ to_device?: { events: { type: string }[] } }>(since);
    expect(synced.to_device?.events.map((event) => event.type)).toEqual(['m.sample']);
  });
});

describe('a peek', () => {
  test('shows what happens in a room that the world may read, as long as it may', async () => {
    const roomId = await asAnna.createRoom({
      initial_state: [{ type: 'm.room.history_visibility', content: { history_visibility: 'world_readable' } }],
    });
    const { end } = await events(asBernd, { room_id: roomId });
    const poll = events(asBernd, { room_id: roomId, from: end, timeout: '60000' });
    await asAnna.send(roomId, 'öffentlich');
    const seen = await poll;
    expect(bodies(seen)).toEqual(['öffentlich']);
    const state = await asBernd.get<Room>(room(roomId, '/initialSync'));
    expect(bodies(state.messages ?? { chunk: [] })).toEqual(['öffentlich']);
    expect(state.membership).toBeUndefined();
    const last = asBernd.try('GET', `/events?room_id=${encodeURIComponent(roomId)}&from=${seen.end}&timeout=60000`);
    await asAnna.put(room(roomId, '/state/m.room.history_visibility'), { history_visibility: 'joined' });
    expect((await last).status).toBe(403);
    await asAnna.send(roomId, 'vertraulich');
    expect((await asBernd.try('GET', `/events?room_id=${encodeURIComponent(roomId)}`)).status).toBe(403);
  });

  test('into a closed room is refused, for its events as well', async () => {
    const roomId = await asAnna.createRoom();
    const eventId = await asAnna.send(roomId, 'vertraulich');
    const one = `/events/${encodeURIComponent(eventId)}`;
    expect(await asAnna.get(one)).toMatchObject({ event_id: eventId, room_id: roomId });
    const [hidden, unknown] = [await asBernd.try('GET', one), await asBernd.try('GET', '/events/%24unknown')];
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual(unknown.body);
    expect((await asBernd.try('GET', room(roomId, '/initialSync'))).status).toBe(403);
    expect((await asBernd.try('GET', `/events?room_id=${encodeURIComponent(roomId)}`)).status).toBe(403);
  });
});
