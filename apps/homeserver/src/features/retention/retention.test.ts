import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { expect, test as it, afterEach, describe, vi } from 'vitest';
import { sql } from '../../database/sql.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const ROUND_MS = 15 * 60 * 1000;
const CONFIGURATION = '/_matrix/client/unstable/org.matrix.msc1763/retention/configuration';

let server: TestHomeserver;
afterEach(async () => server.stop());

interface World {
  readonly anna: TestClient;
  readonly accessToken: string;
  readonly roomId: string;
}

async function open(retention?: { defaultMs?: number; minMs?: number; maxMs?: number }): Promise<World> {
  const limits = { defaultMs: undefined, minMs: undefined, maxMs: undefined, ...retention };
  server = await startHomeserver({ settings: { retention: limits } });
  const user = await server.register('anna');
  const anna = server.as(user);
  const { room_id: roomId } = await anna.post<{ room_id: string }>('/createRoom', { name: 'Amt' });
  return { anna, accessToken: user.accessToken, roomId };
}

let sent = 0;
async function send({ anna, roomId }: World, content: object): Promise<string> {
  sent += 1;
  const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/t${sent}`;
  return (await anna.put<{ event_id: string }>(path, content)).event_id;
}
const say = (world: World, body: string) => send(world, { msgtype: 'm.text', body });

const setLifetime = ({ anna, roomId }: World, ms: number) =>
  anna.put(`/rooms/${encodeURIComponent(roomId)}/state/m.room.retention/`, { max_lifetime: ms });

/** Every column of every table as text; bytes in hexadecimal. */
async function dump(): Promise<string> {
  const { reader } = server.database.database;
  const tables = await reader.query<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const text = `select t::text as row from "${name}" t`;
    const rows = await reader.query<{ row: string }>({ text, values: [], name: `dump-${name}` });
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

async function files(): Promise<string> {
  const names = await readdir(server.mediaDirectory, { recursive: true, withFileTypes: true });
  const contents = names.filter((name) => name.isFile()).map((name) => readFile(join(name.parentPath, name.name)));
  return (await Promise.all(contents)).map((content) => content.toString('latin1')).join('\n');
}

const bodiesOf = (events: readonly { readonly content: { readonly body?: string } }[]): string[] =>
  events.flatMap(({ content }) => (content.body === undefined ? [] : [content.body]));

interface Page {
  readonly chunk: { readonly event_id: string; readonly content: { readonly body?: string } }[];
  readonly end?: string;
}
const page = ({ anna, roomId }: World, from = ''): Promise<Page> =>
  anna.get(`/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=50${from && `&from=${from}`}`);

interface Sync {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Record<
      string,
      {
        readonly timeline: {
          readonly events: Page['chunk'];
          readonly limited?: boolean;
          readonly prev_batch?: string;
        };
        readonly unread_notifications?: { readonly notification_count: number };
      }
    >;
  };
}
const sync = ({ anna }: Pick<World, 'anna'>, since = ''): Promise<Sync> =>
  anna.get(`/sync?timeout=0${since && `&since=${since}`}`);

const storedCount = async (): Promise<number> =>
  (
    await server.database.database.reader.find<{ n: number }>(
      sql`select count(*) as n from event where state_key is null`,
    )
  )?.n ?? 0;

/** Lets time pass, once no round is under way that would end as one of the later time and have seen nothing of it. */
async function pass(durationMs: number): Promise<void> {
  const { reader } = server.database.database;
  await vi.waitFor(
    async () => {
      const job = await reader.find<{ run_at: number; leased_until: number }>(
        sql`select run_at, leased_until from jobs where kind = 'retention'`,
      );
      expect(job?.leased_until).toBe(0);
      expect(job?.run_at).toBeGreaterThan(server.clock.nowMs());
    },
    { timeout: 15_000 },
  );
  server.clock.advance(durationMs);
}

/** The round comes by itself, as the clock says. */
const untilStored = (count: number) =>
  vi.waitFor(async () => expect(await storedCount()).toBe(count), { timeout: 15_000 });

describe('retention', () => {
  it('tells clients what holds', async () => {
    const { anna } = await open({ defaultMs: 90 * DAY_MS, minMs: DAY_MS, maxMs: 365 * DAY_MS });
    expect(await anna.get(CONFIGURATION)).toEqual({
      policies: { '*': { max_lifetime: 90 * DAY_MS } },
      limits: { max_lifetime: { min: DAY_MS, max: 365 * DAY_MS } },
    });
    await expect(server.anonymous.get(CONFIGURATION)).rejects.toMatchObject({
      answer: { body: { errcode: 'M_MISSING_TOKEN' } },
    });
  });

  it('hides what expired at once and then leaves no trace of it in the database or among the files', async () => {
    const world = await open();
    const { anna, roomId } = world;
    await setLifetime(world, 7 * DAY_MS);
    const bernd = server.as(await server.register('bernd'));
    await anna.post(`/rooms/${encodeURIComponent(roomId)}/invite`, { user_id: `@bernd:${server.serverName}` });
    await bernd.post(`/join/${encodeURIComponent(roomId)}`, {});
    const before = await sync({ anna: bernd });
    const secret = 'ZEBRASTREIFEN';
    const upload = async (text: string): Promise<string> => {
      const response = await fetch(`${server.baseUrl}/_matrix/media/v3/upload?filename=${text}.txt`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.accessToken}`, 'content-type': 'text/plain' },
        body: text,
      });
      return ((await response.json()) as { content_uri: string }).content_uri;
    };
    const url = await upload(`${secret}-file`);
    const keptUrl = await upload('KEPTFILE');
    const first = await say(world, `${secret} one`);
    await send(world, { msgtype: 'm.file', body: `${secret} two`, url });
    await send(world, { msgtype: 'm.file', body: `${secret} three`, url: keptUrl });
    const middle = await sync({ anna: bernd }, before.next_batch);
    const search = (who: TestClient) =>
      who.post<{ search_categories: { room_events: { count: number } } }>('/search', {
        search_categories: { room_events: { search_term: secret.toLowerCase() } },
      });
    expect((await search(anna)).search_categories.room_events.count).toBe(3);
    expect(await dump()).toContain(secret);
    expect(await files()).toContain(`${secret}-file`);

    await pass(7 * DAY_MS);
    expect(bodiesOf((await page(world)).chunk)).toEqual([]);
    expect((await search(anna)).search_categories.room_events.count).toBe(0);
    await expect(anna.get(`/rooms/${encodeURIComponent(roomId)}/event/${first}`)).rejects.toMatchObject({
      answer: { body: { errcode: 'M_NOT_FOUND' } },
    });
    expect(JSON.stringify(await sync({ anna: bernd }))).not.toContain(secret);
    expect(JSON.stringify(await bernd.get('/notifications'))).not.toContain(secret);

    await send(world, { msgtype: 'm.file', body: 'shown again', url: keptUrl });
    await pass(ROUND_MS);
    await untilStored(1);
    await vi.waitFor(async () => expect(await files()).not.toContain(secret), { timeout: 15_000 });
    const everything = await dump();
    expect(everything).toContain('shown again');
    expect(everything.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
    expect(await files()).toContain('KEPTFILE');
    await expect(anna.get(`/rooms/${encodeURIComponent(roomId)}/event/${first}`)).rejects.toMatchObject({
      answer: { body: { errcode: 'M_NOT_FOUND' } },
    });

    // Tokens from before and from within what is gone.
    const room = (await sync({ anna: bernd }, before.next_batch)).rooms?.join?.[roomId];
    expect(room?.timeline.limited).toBe(true);
    expect(bodiesOf(room?.timeline.events ?? [])).toEqual(['shown again']);
    const old = middle.rooms?.join?.[roomId]?.timeline.prev_batch ?? '';
    expect(bodiesOf((await page(world, old)).chunk)).toEqual([]);
    expect((await page(world, old)).chunk.length).toBeGreaterThan(5);
    expect(room?.unread_notifications?.notification_count).toBe(1);
    expect((await sync({ anna: bernd }, middle.next_batch)).rooms?.join?.[roomId]?.timeline.events.length).toBe(1);
  });

  it('empties the last message of a room, which the next one names', async () => {
    const world = await open({ defaultMs: 7 * DAY_MS });
    await say(world, 'LETZTESWORT');
    await pass(8 * DAY_MS);
    await vi.waitFor(async () => expect(await dump()).not.toContain('LETZTESWORT'), { timeout: 15_000 });
    expect(bodiesOf((await page(world)).chunk)).toEqual([]);
    await say(world, 'new');
    await pass(ROUND_MS);
    await untilStored(1);
    expect(bodiesOf((await page(world)).chunk)).toEqual(['new']);
  });

  it('keeps what rooms say within the bounds of the operator', async () => {
    const world = await open({ minMs: 2 * DAY_MS, maxMs: 4 * DAY_MS });
    const longer = await world.anna.post<{ room_id: string }>('/createRoom', {});
    const silent = await world.anna.post<{ room_id: string }>('/createRoom', {});
    const [short, long, none] = [world, { ...world, roomId: longer.room_id }, { ...world, roomId: silent.room_id }];
    await setLifetime(short, 1);
    await setLifetime(long, 100 * DAY_MS);
    const shown = async (): Promise<number[]> =>
      Promise.all([short, long, none].map(async (room) => bodiesOf((await page(room)).chunk).length));
    for (const room of [short, long, none]) await say(room, 'text');
    await pass(2 * DAY_MS - 1);
    expect(await shown()).toEqual([1, 1, 1]);
    await pass(1);
    expect(await shown()).toEqual([0, 1, 1]);
    await pass(2 * DAY_MS);
    expect(await shown()).toEqual([0, 0, 1]);
  });

  it('counts nothing as unread that it hides, and bundles none of it', async () => {
    const world = await open();
    const { anna, roomId } = world;
    await setLifetime(world, DAY_MS);
    const bernd = server.as(await server.register('bernd'));
    await anna.post(`/rooms/${encodeURIComponent(roomId)}/invite`, { user_id: '@bernd:test.example' });
    await bernd.post(`/join/${encodeURIComponent(roomId)}`, {});
    const { chunk } = await page(world);
    const name = chunk.find((event) => 'type' in event && event.type === 'm.room.name')?.event_id ?? '';
    const relate = async (client: TestClient, relType: string): Promise<unknown> =>
      client.put(`/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${relType}${(sent += 1)}`, {
        msgtype: 'm.text',
        body: relType,
        'm.relates_to': { rel_type: relType, event_id: name },
      });
    const unread = async () =>
      (await sync({ anna: bernd })).rooms?.join?.[roomId]?.unread_notifications?.notification_count;
    const bundled = async () =>
      (await anna.get<{ unsigned: object }>(`/rooms/${encodeURIComponent(roomId)}/event/${encodeURIComponent(name)}`))
        .unsigned;
    await say(world, 'alt');
    await relate(anna, 'm.reference');
    server.clock.advance(DAY_MS / 2);
    await say(world, 'jung');
    expect(await unread()).toBe(3);
    expect(await bundled()).toHaveProperty(['m.relations', 'm.reference']);
    await pass(DAY_MS / 2);
    // Hidden, and there until the next round.
    const [count, relations] = [await unread(), await bundled()];
    expect(count).toBe(1);
    expect(relations).not.toHaveProperty(['m.relations', 'm.reference']);
    server.clock.advance(DAY_MS);
    expect(await unread()).toBe(0);
  });

  it('goes on after a restart, and loses nothing that is younger', async () => {
    const world = await open({ defaultMs: 10 * DAY_MS });
    const rooms = [world];
    for (let made = 0; made < 3; made += 1)
      rooms.push({ ...world, roomId: (await world.anna.post<{ room_id: string }>('/createRoom', {})).room_id });
    const lifetimes = [10, 3, 17, 6];
    await Promise.all([3, 17, 6].map((days, index) => setLifetime(rooms[index + 1] ?? world, days * DAY_MS)));
    const texts: { readonly room: number; readonly at: number; readonly body: string }[] = [];
    for (let step = 0; step < 60; step += 1) {
      const room = (step * 7 + 3) % 4;
      const body = `text ${step}`;
      await say(rooms[room] ?? world, body);
      texts.push({ room, at: server.clock.nowMs(), body });
      server.clock.advance(((step * 5) % 11) * (DAY_MS / 10));
    }
    const expected = (room: number): string[] =>
      texts
        .filter((text) => text.room === room && text.at > server.clock.nowMs() - (lifetimes[room] ?? 0) * DAY_MS)
        .map(({ body }) => body)
        .toReversed();
    for (let round = 0; round < 3; round += 1) {
      await server.server.close();
      server = await startHomeserver({
        after: server,
        settings: { retention: { defaultMs: 10 * DAY_MS, minMs: undefined, maxMs: undefined } },
      });
      const anna = server.as(world);
      const left = [0, 1, 2, 3].map(expected);
      for (const [index, room] of rooms.entries()) {
        expect(bodiesOf((await page({ ...room, anna })).chunk)).toEqual(left[index]);
      }
      // The last message of each room stays as an empty one.
      const ends = left.filter((bodies) => bodies.length === 0).length;
      await untilStored(left.flat().length + ends);
      for (const [index, room] of rooms.entries())
        expect(bodiesOf((await page({ ...room, anna })).chunk)).toEqual(left[index]);
      await pass(2 * DAY_MS);
    }
  });
});
