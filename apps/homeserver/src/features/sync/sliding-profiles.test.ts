import type { JsonValue } from '@stafette/protocol';
import { passwordOf, startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SlidingRequestBody } from './testing/sliding-bodies.ts';

const SIMPLIFIED = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';
const NAME = 'org.matrix.msc4262.profiles';

let homeserver: TestHomeserver;
let [anna, bernd, clara]: TestUser[] = [];
let roomId: string;
let count = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());

const user = (one: TestUser | undefined): TestUser => one ?? expect.unreachable();
const as = (one: TestUser | undefined) => homeserver.as(user(one));
const idOf = (one: TestUser | undefined): string => user(one).userId;
const field = (one: TestUser | undefined, name: string): string => `/profile/${encodeURIComponent(idOf(one))}/${name}`;
const put = async (one: TestUser | undefined, name: string, value: JsonValue): Promise<unknown> =>
  as(one).put(field(one, name), { [name]: value });
const status = (text: string) => ({ emoji: '🏊', text });

/** Anna, who has a status, and Bernd are in a room; Clara is in none of theirs. */
beforeEach(async () => {
  count += 1;
  [anna, bernd, clara] = [
    await homeserver.register(`anna${count}`),
    await homeserver.register(`bernd${count}`),
    await homeserver.register(`clara${count}`),
  ];
  roomId = await as(anna).createRoom({ preset: 'public_chat', name: 'Amt' });
  await as(bernd).join(roomId);
  await put(anna, 'm.status', status('im Haus'));
  await put(clara, 'm.status', status('unsichtbar'));
  await as(anna).send(roomId, 'hier');
});

interface Answer {
  readonly pos: string;
  readonly extensions: { readonly [NAME]?: { readonly users: Readonly<Record<string, unknown>> } };
}

type Asked = NonNullable<NonNullable<SlidingRequestBody['extensions']>['profiles']>;
const all = { all: { ranges: [[0, 9]] as [number, number][], timeline_limit: 1, required_state: [] } };

async function ask(
  asked: Asked,
  pos?: string,
  more: SlidingRequestBody = { lists: all },
  timeoutMs = 0,
): Promise<{ readonly pos: string; readonly users: Readonly<Record<string, unknown>> | undefined }> {
  const path = `${SIMPLIFIED}?timeout=${timeoutMs}${pos === undefined ? '' : `&pos=${encodeURIComponent(pos)}`}`;
  const answer = await as(bernd).post<Answer>(path, { ...more, extensions: { [NAME]: { enabled: true, ...asked } } });
  return { pos: answer.pos, users: answer.extensions[NAME]?.users };
}

describe('profiles in sliding sync', () => {
  test('are those of people whom a room names, then what changes of them', async () => {
    const first = await ask({ fields: ['m.status', 'displayname'] });
    expect(first.users).toEqual({
      [idOf(anna)]: { updated: { displayname: `anna${count}`, 'm.status': status('im Haus') } },
      [idOf(bernd)]: { updated: { displayname: `bernd${count}` } },
    });
    const waiting = ask({ fields: ['m.status', 'displayname'] }, first.pos, { lists: all }, 20_000);
    await put(anna, 'm.other', 'not asked for');
    await put(clara, 'm.status', status('noch immer'));
    await put(anna, 'm.status', status('in Pause'));
    let { pos, users } = await waiting;
    expect(users).toEqual({ [idOf(anna)]: { updated: { 'm.status': status('in Pause') } } });
    // A position that is presented again is answered the same, and a person who is known is not told again.
    await as(anna).send(roomId, 'noch da');
    await as(anna).delete(field(anna, 'm.status'));
    await put(bernd, 'm.status', status('selbst'));
    for (let again = 0; again < 2; again += 1)
      expect((await ask({ fields: ['m.status', 'displayname'] }, pos)).users).toEqual({
        [idOf(anna)]: { removed: ['m.status'] },
        [idOf(bernd)]: { updated: { 'm.status': status('selbst') } },
      });
    ({ pos, users } = await ask({ fields: ['m.status', 'displayname'] }, pos));
    expect((await ask({ fields: ['m.status', 'displayname'] }, pos)).users).toBeUndefined();
  });

  test('are told in more detail when more is asked for, and in full when nothing is left out', async () => {
    await put(anna, 'm.tz', 'Europe/Berlin');
    const first = await ask({ fields: ['m.tz'] });
    expect(first.users).toEqual({ [idOf(anna)]: { updated: { 'm.tz': 'Europe/Berlin' } } });
    const { users } = await ask({}, first.pos);
    expect(users).toMatchObject({
      [idOf(anna)]: {
        updated: { displayname: `anna${count}`, 'm.status': status('im Haus'), 'm.tz': 'Europe/Berlin' },
      },
    });
  });

  test('come with who comes, and end with who is seen no more', async () => {
    const { pos } = await ask({ fields: ['m.status'] });
    await as(clara).join(roomId);
    const joined = await ask({ fields: ['m.status'] }, pos);
    expect(joined.users).toEqual({ [idOf(clara)]: { updated: { 'm.status': status('unsichtbar') } } });
    await as(clara).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
    const left = await ask({ fields: ['m.status'] }, joined.pos);
    expect(left.users).toEqual({ [idOf(clara)]: null });
    await put(clara, 'm.status', status('weg'));
    expect((await ask({ fields: ['m.status'] }, left.pos)).users).toBeUndefined();
    await as(clara).join(roomId);
    expect((await ask({ fields: ['m.status'] }, left.pos)).users).toEqual({
      [idOf(clara)]: { updated: { 'm.status': status('weg') } },
    });
  });

  test('are those of rooms in scope, and what changed while they were not asked for comes later', async () => {
    const first = await ask({ fields: ['m.status'], lists: ['none'], rooms: [] });
    expect(first.users).toBeUndefined();
    await put(anna, 'm.status', status('anderswo'));
    const { pos } = await as(bernd).post<Answer>(`${SIMPLIFIED}?pos=${encodeURIComponent(first.pos)}`, { lists: all });
    await put(anna, 'm.status', status('zuletzt'));
    expect((await ask({ fields: ['m.status'] }, pos)).users).toEqual({
      [idOf(anna)]: { updated: { 'm.status': status('zuletzt') } },
    });
  });

  test('go on after a restart, whatever was erased before it', async () => {
    await put(clara, 'm.status', status('zuletzt'));
    const auth = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: `clara${count}` },
      password: passwordOf(`clara${count}`),
    };
    await as(clara).post('/account/deactivate', { erase: true, auth });
    const client = as(bernd);
    expect(
      (await client.get<{ unstable_features: object }>('/_matrix/client/versions')).unstable_features,
    ).toMatchObject({ 'org.matrix.msc4262': true });
    await homeserver.server.close();
    homeserver = await startHomeserver({ after: homeserver });
    const { pos } = await ask({ fields: ['m.status'] });
    await put(anna, 'm.status', status('wieder da'));
    expect((await ask({ fields: ['m.status'] }, pos)).users).toEqual({
      [idOf(anna)]: { updated: { 'm.status': status('wieder da') } },
    });
  });
});

test.each<[string, object]>([
  ['fields that are no names', { fields: [1] }],
  ['too many fields', { fields: Array.from({ length: 101 }, (_unused, index) => `f${index}`) }],
  ['a scope that is none', { lists: 'all' }],
])('%s are refused', async (_what, asked) => {
  const answer = await as(bernd).try('POST', SIMPLIFIED, { extensions: { [NAME]: { enabled: true, ...asked } } });
  expect(answer.status).toBe(400);
});
