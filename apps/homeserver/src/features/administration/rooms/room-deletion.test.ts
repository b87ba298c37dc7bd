import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '@stafette/protocol';
import { sql } from '../../../database/sql.ts';

let server: TestHomeserver;
let admin: TestUser;
let asAdmin: TestClient;
let anna: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  admin = await server.registerAdministrator('admin');
  anna = await server.register('anna');
  [asAdmin, asAnna, asBernd] = [server.as(admin), server.as(anna), server.as(await server.register('bernd'))];
});
afterAll(async () => server.stop());

const v1 = (roomId: string): string => `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}`;
const v2 = (roomId: string): string => `/_synapse/admin/v2/rooms/${encodeURIComponent(roomId)}`;
const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

/** Every column of every table as text, but for what is kept on purpose: who asked for the deletion of which room, and who was in it. */
async function dump(): Promise<string> {
  const { reader } = server.database.database;
  const tables = await reader.query<{ name: string }>(sql`
    select table_name as name from information_schema.tables where table_schema = 'public'
      and table_name not in ('audit_entry', 'room_task', 'room_task_member', 'blocked_room', 'departure')`);
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await reader.query<{ row: string }>({
      text: `select t::text as row from "${name}" t`,
      values: [],
      name,
    });
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

async function files(): Promise<string> {
  const names = await readdir(server.mediaDirectory, { recursive: true, withFileTypes: true });
  const contents = names.filter((name) => name.isFile()).map((name) => readFile(join(name.parentPath, name.name)));
  return (await Promise.all(contents)).map((content) => content.toString('latin1')).join('\n');
}

async function upload(text: string): Promise<string> {
  const response = await fetch(`${server.baseUrl}/_matrix/media/v3/upload?filename=${text}.txt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${anna.accessToken}`, 'content-type': 'text/plain' },
    body: text,
  });
  return ((await response.json()) as { content_uri: string }).content_uri;
}

const show = async (roomId: string, body: string, url: string): Promise<unknown> =>
  asAnna.put(room(roomId, `/send/m.room.message/${body}`), { msgtype: 'm.file', body, url });

const SLIDING = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';

interface Sync {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: object; readonly leave?: object };
}

describe('a deleted room', () => {
  test('leaves nothing behind, in the database or among the files, and takes nothing else along', async () => {
    const secret = 'ZEBRASTREIFEN';
    const doomed = await asAnna.createRoom({
      preset: 'public_chat',
      name: `${secret} Raum`,
      topic: secret,
      room_alias_name: 'zebra',
      visibility: 'public',
      room_version: '11',
    });
    const kept = await asAnna.createRoom({ name: 'Bleibt' });
    await asBernd.join(doomed);
    const [own, shared] = [await upload(`${secret}-own`), await upload('SHARED')];
    await show(doomed, `${secret}1`, own);
    await show(doomed, `${secret}2`, shared);
    await show(kept, 'bleibt', shared);
    const eventId = await asAnna.send(doomed, `${secret} Ende`);
    await asBernd.post(room(doomed, `/receipt/m.read/${encodeURIComponent(eventId)}`));
    await asBernd.put(`/user/${encodeURIComponent('@bernd:test.example')}${room(doomed, '/account_data/example')}`, {
      note: secret,
    });
    await asBernd.put(
      `/_matrix/client/unstable/io.element.msc4306${room(doomed, `/thread/${encodeURIComponent(eventId)}/subscription`)}`,
      {},
    );
    await asAnna.put(`${room(doomed, '/send/m.room.message/later')}?org.matrix.msc4140.delay=100000`, { body: secret });
    await asBernd.post(room(doomed, `/report/${encodeURIComponent(eventId)}`), { reason: `${secret}!` });
    await asAnna.post('/search', { search_categories: { room_events: { search_term: secret } } });
    const since = (await asBernd.sync<Sync>()).next_batch;
    expect(await dump()).toContain(secret);

    expect(await asAdmin.delete(v1(doomed), {})).toEqual({
      kicked_users: ['@anna:test.example', '@bernd:test.example'],
      failed_to_kick_users: [],
      local_aliases: ['#zebra:test.example'],
      new_room_id: null,
    });

    const everything = await dump();
    expect(everything.toLowerCase()).not.toContain(secret.toLowerCase());
    // That somebody reported something stays on record.
    const traces = everything.split('\n').filter((row) => row.includes(doomed) || row.includes(eventId));
    expect(traces).toEqual([expect.stringMatching(/event,@bernd:test.example/)]);
    expect(await files()).not.toContain(secret);
    expect(await files()).toContain('SHARED');
    expect(await asAnna.get(room(kept, '/messages?dir=b&limit=1'))).toMatchObject({
      chunk: [{ content: { body: 'bleibt' } }],
    });
    for (const client of [asAnna, asBernd]) {
      expect((await client.try('GET', room(doomed, '/messages?dir=b'))).status).toBe(403);
      expect((await client.try('GET', room(doomed, `/event/${encodeURIComponent(eventId)}`))).status).toBe(404);
      expect((await client.try('PUT', room(doomed, '/send/m.room.message/x'), { body: 'x' })).status).toBe(403);
      const { joined_rooms: joined } = await client.get<{ joined_rooms: string[] }>('/joined_rooms');
      expect(joined).not.toContain(doomed);
    }
    expect((await asAdmin.try('GET', v1(doomed))).status).toBe(404);
    expect((await asBernd.try('GET', `/directory/room/${encodeURIComponent('#zebra:test.example')}`)).status).toBe(404);
    expect((await asBernd.sync<Sync>(since)).rooms?.join ?? {}).toEqual({});
    // The alias is free, and numbers and positions go on after those that were used.
    const next = await asAnna.createRoom({ preset: 'public_chat', room_alias_name: 'zebra' });
    await asAnna.send(next, 'weiter');
    await server.server.close();
    server = await startHomeserver({ after: server });
    [asAdmin, asAnna, asBernd] = [server.as(admin), server.as(anna), server.as(await loginAgain('bernd'))];
    await asAnna.send(next, 'noch weiter');
    await asBernd.join(next);
    expect(Object.keys((await asBernd.sync<Sync>(since)).rooms?.join ?? {})).toEqual([next]);
  });

  test('is left by devices that were away meanwhile, once', async () => {
    const doomed = await asAnna.createRoom({ preset: 'public_chat' });
    const kept = await asAnna.createRoom({ preset: 'public_chat' });
    const clara = await server.register('clara');
    let asClara = server.as(clara);
    for (const roomId of [kept, doomed]) await asClara.join(roomId);
    const { next_batch: since } = await asClara.sync<Sync>();
    const body = { lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state: [] } } };
    const subscribed = { room_subscriptions: { [doomed]: { timeline_limit: 1, required_state: [] } } };
    const slide = async (request: object, pos?: string) =>
      asClara.post<{ pos: string; rooms: Record<string, JsonObject> }>(
        `${SLIDING}?timeout=0${pos === undefined ? '' : `&pos=${pos}`}`,
        request,
      );
    const connections = await Promise.all(
      [body, { ...subscribed, conn_id: 'other' }].map(async (request) => ({
        request,
        pos: (await slide(request)).pos,
      })),
    );
    await asAdmin.delete(v1(doomed), {});

    const left = {
      type: 'm.room.member',
      state_key: clara.userId,
      sender: clara.userId,
      content: { membership: 'leave' },
    };
    for (const { request, pos } of connections) {
      const answer = await slide(request, pos);
      expect(answer.rooms).toMatchObject({ [doomed]: { membership: 'leave', required_state: [left] } });
      expect((await slide(request, answer.pos)).rooms).toEqual({});
    }
    const news = await asClara.sync<Sync>(since);
    expect(news.rooms).toMatchObject({ leave: { [doomed]: { timeline: { events: [left], limited: false } } } });
    expect((await asClara.sync<Sync>(news.next_batch)).rooms).toBeUndefined();
    expect(Object.keys((await asClara.sync<Sync>()).rooms ?? {})).toEqual(['join']);
    // Also when nothing is in memory of what they had.
    await server.server.close();
    server = await startHomeserver({ after: server });
    [asAdmin, asAnna, asBernd] = [server.as(admin), server.as(anna), server.as(await loginAgain('bernd'))];
    asClara = server.as(clara);
    expect((await asClara.sync<Sync>(since)).rooms).toMatchObject({ leave: { [doomed]: {} } });
  });

  test('moves its people and aliases to a new one, where they are told why', async () => {
    const old = await asAnna.createRoom({ preset: 'public_chat', room_alias_name: 'umzug' });
    await asBernd.join(old);
    const { new_room_id: created, ...rest } = await asAdmin.delete<{ new_room_id: string }>(v1(old), {
      new_room_user_id: admin.userId,
      room_name: 'Umgezogen',
      message: 'Wegen Umbaus geschlossen',
      block: true,
      purge: false,
    });
    expect(rest).toMatchObject({ local_aliases: ['#umzug:test.example'], failed_to_kick_users: [] });
    expect(await asBernd.get(room(created, '/state/m.room.name'))).toEqual({ name: 'Umgezogen' });
    expect(
      (
        await asBernd.get<{ chunk: { content: { body?: string } }[] }>(room(created, '/messages?dir=b&limit=20'))
      ).chunk.map(({ content }) => content.body),
    ).toContain('Wegen Umbaus geschlossen');
    expect((await asBernd.try('PUT', room(created, '/send/m.room.message/x'), { body: 'x' })).status).toBe(403);
    expect(await asBernd.get(`/directory/room/${encodeURIComponent('#umzug:test.example')}`)).toMatchObject({
      room_id: created,
    });
    // Not purged: it is still there, closed.
    expect(await asAdmin.get(v1(old))).toMatchObject({ joined_members: 0 });
    expect(await asAdmin.get(`${v1(old)}/block`)).toEqual({ block: true, user_id: admin.userId });
    expect((await asBernd.try('POST', `/join/${encodeURIComponent(old)}`)).status).toBe(403);
  });

  test('is deleted in a while by the second version, which says what came of it', async () => {
    const doomed = await asAnna.createRoom();
    const { delete_id: id } = await asAdmin.delete<{ delete_id: string }>(v2(doomed), { block: false, purge: true });
    const status = `/_synapse/admin/v2/rooms/delete_status/${id}`;
    await expect
      .poll(async () => (await asAdmin.get<{ status: string }>(status)).status, { timeout: 10_000 })
      .toBe('complete');
    const result = {
      delete_id: id,
      room_id: doomed,
      status: 'complete',
      shutdown_room: {
        kicked_users: ['@anna:test.example'],
        failed_to_kick_users: [],
        local_aliases: [],
        new_room_id: null,
      },
    };
    expect(await asAdmin.get(status)).toEqual(result);
    expect(await asAdmin.get(`${v2(doomed)}/delete_status`)).toEqual({ results: [result] });
    expect((await asAdmin.try('GET', v1(doomed))).status).toBe(404);
    const tasks = '/_synapse/admin/v1/scheduled_tasks';
    const task = {
      id,
      action: 'shutdown_and_purge_room',
      status: 'complete',
      timestamp_ms: server.clock.nowMs(),
      resource_id: doomed,
      result: result.shutdown_room,
      error: null,
    };
    const of = `resource_id=${encodeURIComponent(doomed)}`;
    expect(await asAdmin.get(`${tasks}?${of}`)).toEqual({ scheduled_tasks: [task] });
    expect(await asAdmin.get(`${tasks}?action_name=shutdown_and_purge_room&status=complete&${of}`)).toEqual({
      scheduled_tasks: [task],
    });
    for (const query of [
      'action_name=purge_history',
      'action_name=other',
      'status=failed',
      `max_timestamp=${server.clock.nowMs()}`,
    ])
      expect(await asAdmin.get(`${tasks}?${query}&${of}`)).toEqual({ scheduled_tasks: [] });
    const { entries } = await asAdmin.get<{ entries: { actor: string; action: string }[] }>(
      `/_stafette/admin/v1/audit?target=${encodeURIComponent(doomed)}`,
    );
    expect(entries.map(({ actor, action }) => [actor, action])).toEqual([[admin.userId, 'room.delete']]);
  });

  test('need not be known to be blocked, by the first version', async () => {
    const nowhere = '!nowhere:elsewhere.example';
    expect(await asAdmin.delete(v1(nowhere), { block: true })).toMatchObject({ new_room_id: null });
    expect(await asAdmin.get(`${v1(nowhere)}/block`)).toMatchObject({ block: true });
  });
});

describe('the deletion of a room', () => {
  test('is refused for what is no room, by nobody, twice at a time, and to all others', async () => {
    const doomed = await asAnna.createRoom();
    expect(await asAdmin.try('DELETE', v1('!nowhere:test.example'), {})).toMatchObject({
      status: 400,
      body: { errcode: 'M_INVALID_PARAM' },
    });
    expect((await asAdmin.try('DELETE', v2('!nowhere:test.example'), {})).status).toBe(404);
    for (const path of [v1('x'), v2('x')]) expect((await asAdmin.try('DELETE', path, {})).status).toBe(400);
    for (const [body, status] of [
      [{ new_room_user_id: '@nobody:test.example' }, 404],
      [{ new_room_user_id: '@admin:elsewhere.example' }, 400],
      [{ new_room_user_id: 'x' }, 400],
      [{ purge: 'yes' }, 400],
      [{ room_name: 'x'.repeat(256) }, 400],
      [{ message: '\0' }, 400],
    ] as const)
      for (const path of [v1(doomed), v2(doomed)])
        expect((await asAdmin.try('DELETE', path, body)).status).toBe(status);
    for (const path of [`${v2(doomed)}/delete_status`, '/_synapse/admin/v2/rooms/delete_status/none'])
      expect(await asAdmin.try('GET', path)).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
    for (const path of [
      'v2/rooms/delete_status/%00',
      'v1/purge_history_status/%00',
      'v1/scheduled_tasks?resource_id=%00',
    ])
      expect((await asAdmin.try('GET', `/_synapse/admin/${path}`)).status).toBe(400);
    for (const [method, path] of [
      ['DELETE', v1(doomed)],
      ['DELETE', v2(doomed)],
      ['GET', `${v2(doomed)}/delete_status`],
      ['GET', '/_synapse/admin/v2/rooms/delete_status/none'],
      ['GET', '/_synapse/admin/v1/scheduled_tasks'],
    ] as const)
      expect(await asAnna.try(method, path, method === 'GET' ? undefined : {})).toMatchObject({
        status: 403,
        body: { errcode: 'M_FORBIDDEN' },
      });
    expect(await asAdmin.get(v1(doomed))).toMatchObject({ joined_members: 1 });
    const answers = await Promise.all([1, 2].map(async () => asAdmin.try('DELETE', v2(doomed), {})));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
    expect(answers.find(({ status }) => status === 400)?.body['errcode']).toBe('M_BAD_STATE');
  });
});

describe('the deletion of old messages', () => {
  const purge = (roomId: string, eventId?: string): string =>
    `/_synapse/admin/v1/purge_history/${encodeURIComponent(roomId)}${eventId === undefined ? '' : `/${encodeURIComponent(eventId)}`}`;
  const status = (id: string): string => `/_synapse/admin/v1/purge_history_status/${id}`;
  const run = async (path: string, body: object): Promise<void> => {
    const { purge_id: id } = await asAdmin.post<{ purge_id: string }>(path, body);
    await expect
      .poll(async () => (await asAdmin.get<{ status: string }>(status(id))).status, { timeout: 10_000 })
      .toBe('complete');
    expect(await asAdmin.get(status(id))).toEqual({ status: 'complete' });
  };
  const bodiesOf = async (roomId: string): Promise<(string | undefined)[]> =>
    (
      await asAnna.get<{ chunk: { content: { body?: string } }[] }>(room(roomId, '/messages?dir=f&limit=100'))
    ).chunk.flatMap(({ content }) => content.body ?? []);

  test('goes up to an event or a time, and spares what people of this server sent unless told not to', async () => {
    const roomId = await asAnna.createRoom();
    const ids: string[] = [];
    for (const text of ['eins', 'zwei', 'drei', 'vier']) {
      server.clock.advance(1000);
      ids.push(await asAnna.send(roomId, text));
    }
    await run(purge(roomId), { purge_up_to_event_id: ids[3] });
    expect(await bodiesOf(roomId)).toEqual(['eins', 'zwei', 'drei', 'vier']);
    await run(purge(roomId, ids[1]), { delete_local_events: true });
    expect(await bodiesOf(roomId)).toEqual(['zwei', 'drei', 'vier']);
    await run(purge(roomId), { purge_up_to_ts: server.clock.nowMs(), delete_local_events: true });
    expect(await bodiesOf(roomId)).toEqual(['vier']);
    await run(purge(roomId), { purge_up_to_ts: server.clock.nowMs() + 1, delete_local_events: true });
    expect(await bodiesOf(roomId)).toEqual([]);
    await asAnna.send(roomId, 'fünf');
    expect(await bodiesOf(roomId)).toEqual(['fünf']);
  });

  test('is refused without a place, for places elsewhere, and to all others', async () => {
    const roomId = await asAnna.createRoom();
    const elsewhere = await asAnna.send(await asAnna.createRoom(), 'anderswo');
    expect(await asAdmin.try('POST', purge(roomId), {})).toMatchObject({
      status: 400,
      body: { errcode: 'M_MISSING_PARAM' },
    });
    for (const eventId of [elsewhere, '$none', 'x'])
      expect((await asAdmin.try('POST', purge(roomId, eventId), {})).status).toBe(404);
    expect((await asAdmin.try('POST', purge('!nowhere:test.example'), { purge_up_to_ts: 1 })).status).toBe(404);
    for (const body of [{ purge_up_to_ts: -1 }, { purge_up_to_ts: 'x' }, { purge_up_to_ts: 1, delete_local_events: 1 }])
      expect((await asAdmin.try('POST', purge(roomId), body)).status).toBe(400);
    expect((await asAdmin.try('GET', status('none'))).status).toBe(404);
    for (const [method, path] of [
      ['POST', purge(roomId)],
      ['POST', purge(roomId, elsewhere)],
      ['GET', status('none')],
    ] as const)
      expect((await asAnna.try(method, path, method === 'POST' ? { purge_up_to_ts: 1 } : undefined)).status).toBe(403);
  });
});

async function loginAgain(name: string): Promise<{ accessToken: string }> {
  const { access_token: accessToken } = await server.anonymous.post<{ access_token: string }>('/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: name },
    password: `${name}-password-1`,
  });
  return { accessToken };
}
