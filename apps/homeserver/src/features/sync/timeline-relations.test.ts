import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface ClientEvent {
  readonly event_id: string;
  readonly unsigned: { readonly 'm.relations'?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}
interface Section {
  readonly events: readonly ClientEvent[];
  readonly limited: boolean;
}

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const relate = async (client: TestClient, roomId: string, relation: Readonly<Record<string, unknown>>) => {
  const content = { msgtype: 'm.text', body: '* neu', 'm.new_content': { msgtype: 'm.text', body: 'neu' } };
  const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${crypto.randomUUID()}`;
  return (await client.put<{ event_id: string }>(path, { ...content, 'm.relates_to': relation })).event_id;
};

/** A room with an edited message, a thread, and a message that is referred to. */
async function madeRoom() {
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asBernd.join(roomId);
  const [edited, root, referred] = [
    await asAnna.send(roomId, 'alt'),
    await asAnna.send(roomId, 'Faden'),
    await asAnna.send(roomId, 'Quelle'),
  ];
  const edit = await relate(asAnna, roomId, { rel_type: 'm.replace', event_id: edited });
  const reply = await relate(asBernd, roomId, { rel_type: 'm.thread', event_id: root });
  const reference = await relate(asBernd, roomId, { rel_type: 'm.reference', event_id: referred });
  return { roomId, edited, root, referred, edit, reply, reference };
}

const relationsIn = ({ events }: Section, eventId: string) =>
  events.find((event) => event.event_id === eventId)?.unsigned['m.relations'];

const sync = async (client: TestClient, roomId: string, query = ''): Promise<Section> => {
  const answer = await client.get<{ rooms: { join: Record<string, { timeline: Section }> } }>(
    `/sync?timeout=0${query}`,
  );
  return answer.rooms.join[roomId]?.timeline ?? { events: [], limited: false };
};

const slide = async (client: TestClient, roomId: string): Promise<Section> => {
  const answer = await client.post<{ rooms: Record<string, { timeline: ClientEvent[]; limited: boolean }> }>(
    '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0',
    { room_subscriptions: { [roomId]: { timeline_limit: 6, required_state: [] } } },
  );
  const room = answer.rooms[roomId];
  return { events: room?.timeline ?? [], limited: room?.limited === true };
};

test.each([
  ['as it always was', sync],
  ['sliding', slide],
])('a limited timeline tells what relates to its events, %s', async (_, read) => {
  const { roomId, edited, root, referred, edit, reply, reference } = await madeRoom();
  const timeline = await read(asAnna, roomId);
  expect(timeline.limited).toBe(true);
  expect(relationsIn(timeline, edited)).toMatchObject({ 'm.replace': { event_id: edit } });
  expect(relationsIn(timeline, root)).toMatchObject({ 'm.thread': { count: 1, latest_event: { event_id: reply } } });
  expect(relationsIn(timeline, referred)).toEqual({ 'm.reference': { chunk: [{ event_id: reference }] } });
  expect(relationsIn(timeline, reply)).toBeUndefined();
});

test('a filter that leaves out the relations themselves does not leave out what they say', async () => {
  const { roomId, edited, edit } = await madeRoom();
  const filter = encodeURIComponent(
    JSON.stringify({ room: { timeline: { limit: 3, senders: [anna.userId], types: ['m.room.message'] } } }),
  );
  const before = await sync(asAnna, roomId, `&filter=${filter}`);
  expect(before.events.map((event) => event.event_id)).toContain(edit);
  expect(relationsIn(before, edited)).toBeUndefined();
  const wide = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 4, senders: [anna.userId] } } }));
  expect(relationsIn(await sync(asAnna, roomId, `&filter=${wide}`), edited)).toMatchObject({
    'm.replace': { event_id: edit },
  });
});

test('without a gap the client adds up itself', async () => {
  const { roomId } = await madeRoom();
  const { next_batch } = await asAnna.get<{ next_batch: string }>('/sync?timeout=0');
  const edited = await asAnna.send(roomId, 'alt');
  await relate(asAnna, roomId, { rel_type: 'm.replace', event_id: edited });
  const timeline = await sync(asAnna, roomId, `&since=${next_batch}`);
  expect(timeline.limited).toBe(false);
  expect(relationsIn(timeline, edited)).toBeUndefined();
});

test('what ignored people add is not told', async () => {
  const { roomId, root, referred } = await madeRoom();
  const event = `/rooms/${encodeURIComponent(roomId)}/event`;
  const path = `/user/${encodeURIComponent(anna.userId)}/account_data/m.ignored_user_list`;
  await asAnna.put(path, { ignored_users: { [bernd.userId]: {} } });
  for (const eventId of [root, referred]) {
    const seen = await asAnna.get<ClientEvent>(`${event}/${encodeURIComponent(eventId)}`);
    expect(seen.unsigned['m.relations']).toBeUndefined();
  }
  await asAnna.put(path, { ignored_users: {} });
});
