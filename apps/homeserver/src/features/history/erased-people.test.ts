import { passwordOf, startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface ClientEvent {
  readonly event_id: string;
  readonly content: Readonly<Record<string, unknown>>;
}

let server: TestHomeserver;
let roomId: string;
/** What the erased person wrote. */
let messageId: string;
/** Of a thread with an answer of theirs. */
let rootId: string;

beforeAll(async () => {
  server = await startHomeserver();
  const [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  await server.register('clara');
  roomId = await server.as(bernd).createRoom({ preset: 'public_chat' });
  await server.as(anna).join(roomId);
  messageId = await server.as(bernd).send(roomId, 'mine alone');
  rootId = await server.as(anna).send(roomId, 'a thread');
  await server.as(bernd).put(room(`/send/m.room.message/answer`), {
    msgtype: 'm.text',
    body: 'mine too',
    'm.relates_to': { rel_type: 'm.thread', event_id: rootId },
  });
  await server.as(bernd).put(room('/state/m.room.topic'), { topic: 'stays' });
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: bernd.userId } };
  await server.as(bernd).post('/account/deactivate', { auth: { ...auth, password: passwordOf('bernd') }, erase: true });
});
afterAll(async () => server.stop());

const room = (rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

async function login(name: string): Promise<TestClient> {
  const { access_token: accessToken } = await server.anonymous.post<{ access_token: string }>('/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: name },
    password: passwordOf(name),
  });
  return server.as({ accessToken });
}

/** How somebody is shown the message, by every way there is to it. */
async function shown(client: TestClient): Promise<readonly unknown[]> {
  const { chunk } = await client.get<{ chunk: readonly ClientEvent[] }>(room('/messages?dir=b&limit=50'));
  const one = await client.get<ClientEvent>(room(`/event/${encodeURIComponent(messageId)}`));
  const context = await client.get<{ event: ClientEvent }>(room(`/context/${encodeURIComponent(messageId)}?limit=0`));
  const { rooms } = await client.get<{ rooms: { join: Record<string, { timeline: { events: ClientEvent[] } }> } }>(
    `/sync?filter=${encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 50 } } }))}`,
  );
  const slid = await client.post<{ rooms: Record<string, { timeline: ClientEvent[] }> }>(
    '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0',
    { room_subscriptions: { [roomId]: { timeline_limit: 50, required_state: [] } } },
  );
  const find = (events: readonly ClientEvent[] = []) => events.find((event) => event.event_id === messageId);
  return [
    find(chunk),
    one,
    context.event,
    find(rooms.join[roomId]?.timeline.events),
    find(slid.rooms[roomId]?.timeline),
  ].map((event) => event?.content['body']);
}

test('whoever was there goes on seeing what somebody wrote who wants to be forgotten; whoever comes later sees nothing of it', async () => {
  const [asAnna, asClara] = [await login('anna'), await login('clara')];
  await asClara.join(roomId);
  expect(new Set(await shown(asAnna))).toEqual(new Set(['mine alone']));
  expect(new Set(await shown(asClara))).toEqual(new Set([undefined]));
  expect(await asClara.get(room('/state/m.room.topic'))).toEqual({ topic: 'stays' });
});

test('nor in what relates to other messages, nor after a restart', async () => {
  server = await startHomeserver({ after: server });
  const asClara = await login('clara');
  expect(new Set(await shown(asClara))).toEqual(new Set([undefined]));
  const root = await asClara.get<object>(room(`/event/${encodeURIComponent(rootId)}`));
  expect(root).toMatchObject({ unsigned: { 'm.relations': { 'm.thread': { count: 1 } } } });
  expect(JSON.stringify(root)).not.toContain('mine too');
});
