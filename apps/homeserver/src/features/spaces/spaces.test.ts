import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Page {
  readonly rooms: { room_id: string; children_state: { state_key: string }[]; [name: string]: unknown }[];
  readonly next_batch?: string;
}

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
/** Anna's tree, all public unless the name says otherwise. */
let tree: Record<'root' | 'b' | 'a' | 'late' | 'sub' | 'deep' | 'closed' | 'restricted', string>;

const child = async (space: string, roomId: string, content: object = {}): Promise<void> => {
  const path = `/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(roomId)}`;
  await asAnna.put(path, { via: ['test.example'], ...content });
};
const hierarchy = (roomId: string, query = ''): string =>
  `/_matrix/client/v1/rooms/${encodeURIComponent(roomId)}/hierarchy${query}`;
const idsOf = (page: Page): string[] => page.rooms.map((room) => room.room_id);

beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
  const open = async (name: string, type?: string): Promise<string> =>
    asAnna.createRoom({ preset: 'public_chat', name, ...(type === undefined ? {} : { creation_content: { type } }) });
  const root = await open('root', 'm.space');
  const sub = await open('sub', 'm.space');
  const [a, b, late, deep] = [await open('a'), await open('b'), await open('late'), await open('deep')];
  const closed = await asAnna.createRoom({ name: 'closed' });
  const restricted = await asAnna.createRoom({
    name: 'restricted',
    initial_state: [
      {
        type: 'm.room.join_rules',
        content: { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: root }] },
      },
    ],
  });
  await child(root, late);
  server.clock.advance(1);
  await child(root, closed);
  await child(root, restricted);
  await child(root, '!unknown:test.example', { order: '0' });
  await child(root, b, { order: 'bb', suggested: true });
  await child(root, a, { order: 'aa' });
  await child(root, sub, { order: 'zz', suggested: true });
  await child(sub, deep);
  // Around in a circle.
  await child(sub, root);
  tree = { root, sub, a, b, late, deep, closed, restricted };
});
afterAll(async () => server.stop());

describe('a hierarchy', () => {
  test('is in the order of its children, depth first, each room once, with what each reader may see', async () => {
    const { root, a, b, sub, deep, late, closed, restricted } = tree;
    const own = await asAnna.get<Page>(hierarchy(root));
    expect(idsOf(own).slice(0, 6)).toEqual([root, a, b, sub, deep, late]);
    expect(new Set(idsOf(own).slice(6))).toEqual(new Set([closed, restricted]));
    expect(own.rooms[0]).toMatchObject({ room_type: 'm.space', room_version: '12', num_joined_members: 1 });
    expect(own.rooms[0]?.children_state.map((event) => event.state_key).slice(0, 3)).toEqual([
      '!unknown:test.example',
      a,
      b,
    ]);
    expect(own.rooms[0]?.children_state[1]).toMatchObject({
      type: 'm.space.child',
      sender: anna.userId,
      content: { order: 'aa' },
      origin_server_ts: expect.any(Number),
    });
    expect(own.rooms[1]?.children_state).toEqual([]);
    const seen = await asBernd.get<Page>(hierarchy(root));
    expect(idsOf(seen)).toEqual([root, a, b, sub, deep, late]);
    await asBernd.join(root);
    const joined = await asBernd.get<Page>(hierarchy(root));
    expect(idsOf(joined)).toEqual([root, a, b, sub, deep, late, restricted]);
    expect(joined.rooms.at(-1)).toMatchObject({ join_rule: 'restricted', allowed_room_ids: [root] });
    await asBernd.post(`/rooms/${encodeURIComponent(root)}/leave`);
  });

  test('ends at a depth and can be of suggested rooms alone', async () => {
    const { root, b, sub, deep } = tree;
    expect(idsOf(await asBernd.get(hierarchy(root, '?max_depth=0')))).toEqual([root]);
    expect(idsOf(await asBernd.get(hierarchy(root, '?max_depth=1')))).not.toContain(deep);
    const suggested = await asBernd.get<Page>(hierarchy(root, '?suggested_only=true'));
    expect(idsOf(suggested)).toEqual([root, b, sub]);
    expect(suggested.rooms[0]?.children_state).toHaveLength(2);
  });

  test('comes in pages, whose tokens are good for the same user and question', async () => {
    const { root } = tree;
    const all = idsOf(await asBernd.get(hierarchy(root)));
    const found: string[] = [];
    let from = '';
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await asBernd.get<Page>(hierarchy(root, `?limit=2${from}`));
      found.push(...idsOf(page));
      if (page.next_batch === undefined) break;
      from = `&from=${page.next_batch}`;
    }
    expect(found).toEqual(all);
    expect(from).not.toBe('');
    for (const [client, query] of [
      [asAnna, `?limit=2${from}`],
      [asBernd, `?max_depth=1${from}`],
      [asBernd, `?suggested_only=true${from}`],
      [asBernd, '?from=nonsense'],
    ] as const) {
      expect(await client.try('GET', hierarchy(root, query))).toMatchObject({
        status: 400,
        body: { errcode: 'M_INVALID_PARAM' },
      });
    }
  });

  test('of a closed room is refused like that of none', async () => {
    const [closed, unknown] = [
      await asBernd.try('GET', hierarchy(tree.closed)),
      await asBernd.try('GET', hierarchy('!unknown:test.example')),
    ];
    expect(closed).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect(closed.body).toEqual(unknown.body);
    for (const query of ['?limit=0', '?limit=-1', '?max_depth=-1'])
      expect((await asBernd.try('GET', hierarchy(tree.root, query))).status).toBe(400);
  });

  test('looks alike under the name that older clients use', async () => {
    const path = `/_matrix/client/unstable/org.matrix.msc2946/rooms/${encodeURIComponent(tree.root)}/hierarchy`;
    expect(await asBernd.get(path)).toEqual(await asBernd.get(hierarchy(tree.root)));
  });
});
