import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TestClient } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inParallel, register, untilAnswered } from '../exactly-once/interrupted.ts';
import { REGISTRATION_SECRET, ServerProcess } from '../real-server/server-process.ts';

const MESSAGES = 8_000;
const SENDS_AT_ONCE = 32;
const KILLS = 5;
/** From the answer of the server to its next end: some of what it has to do, and never all. */
const WORK_MS = { least: 10, step: 15 };
const PAGE = 1000;
/** Messages that are to stay of the room whose history is purged. */
const LEFT = 200;

let server: ServerProcess;
let admin: TestClient;
let anna: TestClient;

async function registerAdministrator(): Promise<TestClient> {
  const anonymous = new TestClient(server.baseUrl);
  const path = '/_synapse/admin/v1/register';
  const { nonce } = await anonymous.get<{ nonce: string }>(path);
  const [username, password] = ['admin', 'admin-password-1'];
  const parts = [nonce, username, password, 'admin'].join('\0');
  const mac = createHmac('sha1', REGISTRATION_SECRET).update(parts).digest('hex');
  const { access_token: token } = await anonymous.post<{ access_token: string }>(path, {
    nonce,
    username,
    password,
    admin: true,
    mac,
  });
  return new TestClient(server.baseUrl, token);
}

beforeAll(async () => {
  server = await ServerProcess.create();
  await server.start();
  admin = await registerAdministrator();
  anna = (await register(server, 'anna')).client;
}, 120_000);
afterAll(async () => server.dispose());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

interface Event {
  readonly event_id: string;
  readonly type: string;
  readonly content: { readonly body?: string };
}

/** Everything that Anna sees of a room, the oldest first; undefined when there is no such room for her. */
async function readAll(roomId: string): Promise<Event[] | undefined> {
  const events: Event[] = [];
  let from = '';
  for (;;) {
    const answer = await anna.try('GET', room(roomId, `/messages?dir=f&limit=${PAGE}${from}`));
    if (answer.status === 403) return undefined;
    // Compared with the specification by the client already.
    const { chunk, end } = answer.body as unknown as { chunk: Event[]; end?: string };
    events.push(...chunk);
    if (end === undefined) return events;
    from = `&from=${end}`;
  }
}

const bodiesOf = (events: readonly Event[] | undefined): string[] =>
  (events ?? []).flatMap(({ content }) => content.body ?? []);

const idsOf = (events: readonly Event[] | undefined): string[] => (events ?? []).map(({ event_id: id }) => id);

/** Kills the server again and again while it does what it was asked for; how often it was not done yet. */
async function killDuring(isDone: () => Promise<boolean>, check: () => Promise<void>): Promise<number> {
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await delay(WORK_MS.least + kill * WORK_MS.step);
    await server.kill();
    await server.start();
    if (!(await isDone())) interrupted += 1;
    await check();
  }
  while (!(await isDone())) await delay(50);
  return interrupted;
}

test(
  'what is purged is gone and all else is there, however often the server is killed',
  { timeout: 300_000 },
  async () => {
    const [pruned, doomed, kept] = [
      await anna.createRoom({ name: 'Lang' }),
      await anna.createRoom({ name: 'Weg', room_alias_name: 'weg' }),
      await anna.createRoom({ name: 'Bleibt' }),
    ];
    const upload = async (text: string): Promise<string> =>
      (await anna.post<{ content_uri: string }>('/_matrix/media/v3/upload', { text })).content_uri;
    const [own, shared] = [await upload('own'), await upload('shared')];
    for (const [where, url] of [
      [doomed, own],
      [doomed, shared],
      [kept, shared],
    ] as const)
      await anna.put(room(where, `/send/m.room.message/${url.slice(-8)}`), { msgtype: 'm.file', body: 'file', url });
    await inParallel(MESSAGES, SENDS_AT_ONCE, async (index) => {
      await anna.send(index % 50 === 0 ? kept : index % 2 === 0 ? pruned : doomed, `${index}`);
    });
    const before = (await readAll(pruned)) ?? [];
    const keptBefore = await readAll(kept);
    const cut = before.at(-LEFT);
    if (cut === undefined) throw new Error('nothing was sent');
    const promised = [...before.filter(({ type }) => type !== 'm.room.message'), ...before.slice(-LEFT)];
    const end = JSON.stringify(idsOf(promised.slice(-LEFT)));

    // Nearly all of one room's history.
    const { purge_id: purgeId } = await admin.post<{ purge_id: string }>(
      `/_synapse/admin/v1/purge_history/${encodeURIComponent(pruned)}/${encodeURIComponent(cut.event_id)}`,
      { delete_local_events: true },
    );
    const isPurged = async (): Promise<boolean> => {
      const path = `/_synapse/admin/v1/purge_history_status/${purgeId}`;
      return (await untilAnswered(async () => admin.try('GET', path))).body['status'] === 'complete';
    };
    const texts = new Map(before.map(({ event_id: id, content }) => [id, content.body]));
    const interruptedPurges = await killDuring(isPurged, async () => {
      const { chunk } = await anna.get<{ chunk: Event[] }>(room(pruned, `/messages?dir=b&limit=${PAGE}`));
      // What is to stay is there, and whatever else still is, is whole.
      expect(JSON.stringify(idsOf(chunk.slice(0, LEFT).toReversed()))).toBe(end);
      for (const { event_id: id, content } of chunk) expect(content.body).toBe(texts.get(id));
    });
    expect(await readAll(pruned)).toHaveLength(promised.length);
    expect(bodiesOf(await readAll(pruned))).toEqual(bodiesOf(promised));

    // All of another room.
    const path = `/_synapse/admin/v2/rooms/${encodeURIComponent(doomed)}`;
    const { delete_id: deleteId } = await admin.delete<{ delete_id: string }>(path, { purge: true });
    const status = `/_synapse/admin/v2/rooms/delete_status/${deleteId}`;
    const isDeleted = async (): Promise<boolean> =>
      (await untilAnswered(async () => admin.try('GET', status))).body['status'] === 'complete';
    let isGone = false;
    const interruptedDeletions = await killDuring(isDeleted, async () => {
      const page = await anna.try('GET', room(doomed, `/messages?dir=b&limit=${PAGE}`));
      // All of it or nothing, and what is gone does not come back.
      if (page.status === 403) isGone = true;
      else {
        expect(isGone).toBe(false);
        expect((page.body as unknown as { chunk: unknown[] }).chunk).toHaveLength(PAGE);
      }
    });
    expect(await admin.get(status)).toMatchObject({
      status: 'complete',
      shutdown_room: { kicked_users: ['@anna:test.example'], local_aliases: ['#weg:test.example'] },
    });
    expect(await readAll(doomed)).toBeUndefined();
    expect((await admin.try('GET', `/_synapse/admin/v1/rooms/${encodeURIComponent(doomed)}`)).status).toBe(404);
    const isThere = async (url: string): Promise<boolean> =>
      (await anna.try('GET', `/_matrix/client/v1/media/download/${url.slice('mxc://'.length)}`)).status === 200;
    expect([await isThere(own), await isThere(shared)]).toEqual([false, true]);

    // The rest of the server.
    const ids = (events: readonly Event[] | undefined) => events?.map(({ event_id: id }) => id);
    expect(ids(await readAll(kept))).toEqual(ids(keptBefore));
    await anna.send(kept, 'weiter');
    expect(bodiesOf(await readAll(kept)).at(-1)).toBe('weiter');
    expect(interruptedPurges).toBeGreaterThan(1);
    expect(interruptedDeletions).toBeGreaterThan(1);
  },
);
