import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SlidingBody, SlidingRequestBody, SlidingRoom } from './testing/sliding-bodies.ts';

let homeserver: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let clara: TestUser;
let roomId: string;
let otherRoomId: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());
beforeEach(async () => {
  count += 1;
  [anna, bernd, clara] = [
    await homeserver.register(`anna${count}`),
    await homeserver.register(`bernd${count}`),
    await homeserver.register(`clara${count}`),
  ];
  otherRoomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  roomId = await homeserver.as(anna).createRoom({ preset: 'public_chat' });
  for (const room of [otherRoomId, roomId]) await homeserver.as(bernd).join(room);
});

interface State {
  readonly type: string;
  readonly state_key: string;
  readonly event_id: string;
}

const pathOf = (rest: string): string => `/rooms/${encodeURIComponent(roomId)}/${rest}`;
const setState = async (type: string, content: object, key = ''): Promise<unknown> =>
  homeserver.as(anna).put(pathOf(`state/${type}/${key}`), content);

/** Each piece of state changes more than once, or comes and goes, with messages between that fill any timeline. */
async function changeMuch(messages: number): Promise<void> {
  await setState('m.room.topic', { topic: 'one' });
  await setState('example.note', { text: 'here' }, 'a');
  await homeserver.as(clara).join(roomId);
  await setState('m.room.topic', { topic: 'two' });
  await homeserver.as(clara).post(pathOf('leave'));
  await setState('example.note', {}, 'a');
  await setState('m.room.name', { name: 'Talk' });
  await setState('m.room.topic', { topic: 'one' });
  for (let index = 0; index < messages; index += 1) await homeserver.as(anna).send(roomId, `${index}`);
}

/** A client that keeps the state of the room as it is told, and nothing else. */
class Client {
  readonly #ask: (windowAt: number) => SlidingRequestBody;
  readonly state = new Map<string, string>();
  #pos: string | undefined;

  constructor(ask: (windowAt: number) => SlidingRequestBody) {
    this.#ask = ask;
  }

  /** Gets an answer that never arrives. */
  async lose(windowAt = 0): Promise<SlidingBody> {
    const query = this.#pos === undefined ? '' : `?pos=${encodeURIComponent(this.#pos)}`;
    const path = `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync${query}`;
    return homeserver.as(bernd).post<SlidingBody>(path, this.#ask(windowAt));
  }

  async sync(windowAt = 0): Promise<SlidingRoom | undefined> {
    const { pos, rooms } = await this.lose(windowAt);
    this.#pos = pos;
    const room = rooms[roomId];
    if (room?.initial === true) this.state.clear();
    for (const { type, state_key: key, event_id: id } of room?.required_state ?? [])
      this.state.set(`${type} ${key}`, id);
    return room;
  }
}

/** The room's state of today, as far as it was asked for. */
async function currentState(types?: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { state } = await homeserver.as(bernd).get<{ state: readonly State[] }>(pathOf('initialSync'));
  return new Map(
    state
      .filter(({ type }) => types?.includes(type) !== false)
      .map(({ type, state_key: key, event_id: id }) => [`${type} ${key}`, id]),
  );
}

type Selection = { readonly required_state: [string, string][]; readonly types: readonly string[] | undefined };
const selections: Readonly<Record<string, Selection>> = {
  'all state': { required_state: [['*', '*']], types: undefined },
  'some state': {
    required_state: [
      ['m.room.topic', ''],
      ['m.room.name', '*'],
      ['example.note', '*'],
    ],
    types: ['m.room.topic', 'm.room.name', 'example.note'],
  },
};

test.each(Object.entries(selections))('a gap leaves out no change of %s', async (_name, { required_state, types }) => {
  const client = new Client(() => ({ lists: { all: { ranges: [[0, 9]], timeline_limit: 2, required_state } } }));
  await client.sync();
  await changeMuch(5);
  expect(await client.sync()).toMatchObject({ limited: true });
  expect(client.state).toEqual(await currentState(types));
});

test.each(Object.entries(selections))(
  'a room that was out of the window comes back with all changes of %s',
  async (_name, { required_state, types }) => {
    const client = new Client((at) => ({ lists: { one: { ranges: [[at, at]], timeline_limit: 2, required_state } } }));
    const pushOut = async () => homeserver.as(anna).send(otherRoomId, 'to the top');
    expect(await client.sync()).toMatchObject({ initial: true });
    // Twice, with an answer between that says nothing of the room.
    await changeMuch(0);
    await pushOut();
    expect(await client.sync()).toBeUndefined();
    await changeMuch(0);
    await pushOut();
    expect(await client.sync()).toBeUndefined();
    const back = await client.sync(1);
    expect(back).toMatchObject({ limited: true });
    expect(back?.initial).toBeUndefined();
    expect(client.state).toEqual(await currentState(types));
    // The window leaves it, and it comes into the window by itself.
    expect(await client.sync(0)).toBeUndefined();
    await changeMuch(3);
    expect(await client.sync(0)).toMatchObject({ limited: true });
    expect(client.state).toEqual(await currentState(types));
  },
);

test('state that is asked for only after it changed is told as it is then', async () => {
  const ask = (required_state: [string, string][]): SlidingRequestBody => ({
    lists: { all: { ranges: [[0, 9]], timeline_limit: 2, required_state } },
  });
  let body = ask([['m.room.name', '']]);
  const client = new Client(() => body);
  await client.sync();
  await changeMuch(5);
  await client.sync();
  expect(client.state).toEqual(await currentState(['m.room.name']));
  body = ask([['*', '*']]);
  await client.sync();
  expect(client.state).toEqual(await currentState());
});

test('an answer that was lost is given again, with what changed since', async () => {
  const required_state: [string, string][] = [['*', '*']];
  const client = new Client(() => ({ lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state } } }));
  await client.sync();
  await changeMuch(1);
  await client.lose();
  await changeMuch(1);
  await client.lose();
  await setState('m.room.topic', { topic: 'at last' });
  expect(await client.sync()).toMatchObject({ limited: true });
  expect(client.state).toEqual(await currentState());
});
