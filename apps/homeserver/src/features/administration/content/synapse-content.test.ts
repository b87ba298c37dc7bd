import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestHomeserver;
let asAdmin: TestClient;
let asAnna: TestClient;
let asBernd: TestClient;
let adminId: string;
beforeAll(async () => {
  server = await startHomeserver();
  const admin = await server.registerAdministrator('admin');
  adminId = admin.userId;
  asAdmin = server.as(admin);
  asAnna = server.as(await server.register('anna'));
  asBernd = server.as(await server.register('bernd'));
});
afterAll(async () => server.stop());

const refused = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
const missing = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
const actionsOn = async (target: string): Promise<string[]> => {
  const path = `/_stafette/admin/v1/audit?target=${encodeURIComponent(target)}`;
  const { entries } = await asAdmin.get<{ entries: { actor: string; action: string }[] }>(path);
  expect(entries.every(({ actor }) => actor === adminId)).toBe(true);
  return entries.map(({ action }) => action);
};

describe('a file', () => {
  const media = '/_synapse/admin/v1/media';
  let uri: string;
  let address: string;
  beforeAll(async () => {
    uri = (await asAnna.post<{ content_uri: string }>('/_matrix/media/v3/upload', { a: 'file' })).content_uri;
    address = uri.slice('mxc://'.length);
  });
  const download = async () => asAnna.try('GET', `/_matrix/client/v1/media/download/${address}`);

  test('in quarantine is there for nobody, its uploader included, until it is handed out again', async () => {
    expect((await download()).status).toBe(200);
    expect(await asAnna.try('POST', `${media}/quarantine/${address}`)).toMatchObject(refused);
    expect((await download()).status).toBe(200);
    await asAdmin.post(`${media}/quarantine/${address}`);
    expect(await download()).toMatchObject(missing);
    expect(await asAnna.try('GET', `/_matrix/client/v1/media/thumbnail/${address}?width=32&height=32`)).toMatchObject(
      missing,
    );
    expect(await asAnna.try('POST', `${media}/unquarantine/${address}`)).toMatchObject(refused);
    await asAdmin.post(`${media}/unquarantine/${address}`);
    expect((await download()).status).toBe(200);
    expect(await actionsOn(uri)).toEqual(['media.unquarantine', 'media.quarantine']);
  });

  test('is removed for good', async () => {
    expect(await asAnna.try('DELETE', `${media}/${address}`)).toMatchObject(refused);
    const mediaId = address.slice(address.indexOf('/') + 1);
    expect(await asAdmin.delete(`${media}/${address}`)).toEqual({ deleted_media: [mediaId], total: 1 });
    expect(await download()).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', `${media}/${address}`)).toMatchObject(missing);
    expect(await asAdmin.try('POST', `${media}/quarantine/${address}`)).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', `${media}/elsewhere.example/${mediaId}`)).toMatchObject(missing);
    expect((await actionsOn(uri))[0]).toBe('media.remove');
  });
});

describe('files', () => {
  const v1 = '/_synapse/admin/v1';
  const upload = async (client: TestClient, text: string): Promise<string> =>
    (await client.post<{ content_uri: string }>('/_matrix/media/v3/upload', { text })).content_uri.slice(
      'mxc://'.length,
    );
  const idOf = (address: string): string => address.slice(address.indexOf('/') + 1);
  const isThere = async (address: string): Promise<boolean> =>
    (await asAnna.try('GET', `/_matrix/client/v1/media/download/${address}`)).status === 200;

  test('are described, in quarantine too', async () => {
    const address = await upload(asAnna, 'beschrieben');
    await asAdmin.post(`${v1}/media/quarantine/${address}`);
    expect(await asAdmin.get(`${v1}/media/${address}`)).toEqual({
      media_info: {
        media_origin: 'test.example',
        user_id: '@anna:test.example',
        media_id: idOf(address),
        media_type: 'application/json',
        media_length: 22,
        upload_name: null,
        created_ts: server.clock.nowMs(),
        filesystem_id: expect.any(String),
        url_cache: null,
        last_access_ts: null,
        quarantined_by: adminId,
        authenticated: true,
        safe_from_quarantine: false,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    for (const other of ['test.example/none', `elsewhere.example/${idOf(address)}`])
      expect(await asAdmin.try('GET', `${v1}/media/${other}`)).toMatchObject(missing);
    expect(await asAnna.try('GET', `${v1}/media/${address}`)).toMatchObject(refused);
  });

  test('that are protected are in no quarantine', async () => {
    const address = await upload(asBernd, 'Aufkleber');
    await asAdmin.post(`${v1}/media/protect/${idOf(address)}`);
    expect(await asAdmin.try('POST', `${v1}/media/quarantine/${address}`)).toMatchObject(refused);
    const all = `${v1}/user/${encodeURIComponent('@bernd:test.example')}/media/quarantine`;
    expect(await asAdmin.post(all)).toEqual({ num_quarantined: 0 });
    expect(await isThere(address)).toBe(true);
    await asAdmin.post(`${v1}/media/unprotect/${idOf(address)}`);
    expect(await asAdmin.post(all)).toEqual({ num_quarantined: 1 });
    expect(await asAdmin.post(all)).toEqual({ num_quarantined: 0 });
    expect(await isThere(address)).toBe(false);
    expect(await actionsOn(`mxc://${address}`)).toEqual(['media.unprotect', 'media.protect']);
    expect(await actionsOn('@bernd:test.example')).toContain('user.quarantine-media');
    for (const path of ['media/protect/%00', 'media/quarantine/test.example/%00'])
      expect((await asAdmin.try('POST', `${v1}/${path}`)).status).toBe(400);
    for (const action of ['protect', 'unprotect']) {
      expect(await asAdmin.try('POST', `${v1}/media/${action}/none`)).toMatchObject(missing);
      expect(await asAnna.try('POST', `${v1}/media/${action}/${idOf(address)}`)).toMatchObject(refused);
    }
    expect(
      (await asAdmin.try('POST', `${v1}/user/${encodeURIComponent('@x:elsewhere.example')}/media/quarantine`)).status,
    ).toBe(400);
    expect(await asAnna.try('POST', all)).toMatchObject(refused);
  });

  test('of a room are listed for those who may read it, and put into quarantine together', async () => {
    const roomId = await asAnna.createRoom();
    const [shown, small, foreign] = [
      await upload(asAnna, 'gezeigt'),
      await upload(asAnna, 'klein'),
      'elsewhere.example/abc',
    ];
    const send = async (content: object) =>
      asAnna.put(`/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${crypto.randomUUID()}`, content);
    await send({ msgtype: 'm.image', body: 'x', url: `mxc://${shown}`, info: { thumbnail_url: `mxc://${small}` } });
    await send({ msgtype: 'm.image', body: 'x', url: `mxc://${foreign}` });
    await send({ msgtype: 'm.image', body: 'x', url: `mxc://${shown}` });
    const room = `${v1}/room/${encodeURIComponent(roomId)}/media`;
    expect(await asAdmin.try('GET', room)).toMatchObject(refused);
    await asAnna.invite(roomId, adminId);
    await asAdmin.join(roomId);
    expect(await asAdmin.get(`${room}?reason=Az.%201`)).toEqual({
      local: expect.arrayContaining([`mxc://${shown}`, `mxc://${small}`]),
      remote: [`mxc://${foreign}`],
    });
    expect(await asAdmin.post(`${room}/quarantine`)).toEqual({ num_quarantined: 2 });
    expect([await isThere(shown), await isThere(small)]).toEqual([false, false]);
    expect(await asAdmin.post(`${v1}/quarantine_media/${encodeURIComponent(roomId)}`)).toEqual({ num_quarantined: 0 });
    expect(await actionsOn(roomId)).toEqual(['room.quarantine-media', 'room.quarantine-media', 'room.read-media']);
    const nowhere = `${v1}/room/${encodeURIComponent('!nowhere:test.example')}/media`;
    expect(await asAdmin.try('GET', nowhere)).toMatchObject(missing);
    expect(await asAdmin.try('POST', `${nowhere}/quarantine`)).toMatchObject(missing);
    expect(await asAnna.try('GET', room)).toMatchObject(refused);
    expect(await asAnna.try('POST', `${room}/quarantine`)).toMatchObject(refused);
  });

  test('that are old and large are removed, but for pictures of people and rooms and what is protected', async () => {
    const [portrait, avatar, good, large, small] = [
      await upload(asAnna, 'portrait'),
      await upload(asAnna, 'avatar'),
      await upload(asAnna, 'good'),
      await upload(asAnna, 'x'.repeat(500)),
      await upload(asAnna, 's'),
    ];
    await asAnna.put(`/profile/${encodeURIComponent('@anna:test.example')}/avatar_url`, {
      avatar_url: `mxc://${portrait}`,
    });
    const roomId = await asAnna.createRoom({
      initial_state: [{ type: 'm.room.avatar', content: { url: `mxc://${avatar}` } }],
    });
    await asAdmin.post(`${v1}/media/protect/${idOf(good)}`);
    server.clock.advance(1000);
    const young = await upload(asAnna, 'jung'.repeat(200));
    const remove = (query: string, at = `${v1}/media/delete`) =>
      asAdmin.post<{ deleted_media: string[] }>(`${at}?${query}`);
    const before = `before_ts=${server.clock.nowMs()}`;
    expect((await remove(`${before}&size_gt=500`)).deleted_media).toEqual([idOf(large)]);
    expect((await remove(before, `${v1}/media/test.example/delete`)).deleted_media).toContain(idOf(small));
    const there = async () => Promise.all([portrait, avatar, good, large, small, young].map(isThere));
    expect(await there()).toEqual([true, true, true, false, false, true]);
    expect(await remove(`${before}&keep_profiles=false`)).toEqual({
      deleted_media: expect.arrayContaining([idOf(portrait), idOf(avatar)]),
      total: 2,
    });
    expect(await there()).toEqual([false, false, true, false, false, true]);
    expect(await actionsOn(`mxc://${large}`)).toEqual(['media.remove']);
    for (const query of ['', 'before_ts=-1', 'before_ts=x', `${before}&size_gt=-1`, `${before}&keep_profiles=1`])
      expect((await asAdmin.try('POST', `${v1}/media/delete?${query}`)).status).toBe(400);
    expect((await asAdmin.try('POST', `${v1}/media/elsewhere.example/delete?${before}`)).status).toBe(400);
    for (const path of [`media/delete?${before}`, `media/test.example/delete?${before}`, `purge_media_cache?${before}`])
      expect(await asAnna.try('POST', `${v1}/${path}`)).toMatchObject(refused);
    expect(await asAdmin.post(`${v1}/purge_media_cache?${before}`)).toEqual({ deleted: 0 });
    expect((await asAdmin.try('POST', `${v1}/purge_media_cache`)).status).toBe(400);
    await asAnna.post(`/rooms/${encodeURIComponent(roomId)}/leave`);
  });
});

describe('reports of events', () => {
  const reports = '/_synapse/admin/v1/event_reports';
  let roomId: string;
  let events: string[];
  beforeAll(async () => {
    roomId = await asAnna.createRoom({ preset: 'public_chat', name: 'Streit' });
    await asBernd.join(roomId);
    events = [await asAnna.send(roomId, 'Unerhört'), await asAnna.send(roomId, 'Noch unerhörter')];
    for (const eventId of events) {
      const path = `/rooms/${encodeURIComponent(roomId)}/report/${encodeURIComponent(eventId)}`;
      await asBernd.post(path, { reason: 'beleidigend', score: -50 });
    }
    await asBernd.post(`/rooms/${encodeURIComponent(roomId)}/report`, { reason: 'kein Ereignis' });
  });

  test('are listed in pages, read and removed', async () => {
    const first = await asAdmin.get<{ event_reports: { id: number }[] }>(`${reports}?limit=1`);
    expect(first).toMatchObject({
      total: 2,
      next_token: 1,
      event_reports: [
        {
          room_id: roomId,
          name: 'Streit',
          canonical_alias: null,
          event_id: events[1],
          user_id: '@bernd:test.example',
          sender: '@anna:test.example',
          reason: 'beleidigend',
          score: -50,
          received_ts: server.clock.nowMs(),
        },
      ],
    });
    expect(await asAdmin.get(`${reports}?dir=f&limit=1`)).toMatchObject({ event_reports: [{ event_id: events[0] }] });
    expect(await asAdmin.get(`${reports}?from=2`)).toEqual({ event_reports: [], total: 2 });
    expect(await asAdmin.get(`${reports}?user_id=%40anna%3Atest.example`)).toMatchObject({ total: 0 });
    expect(await asAdmin.get(`${reports}?event_sender_user_id=%40anna%3Atest.example`)).toMatchObject({ total: 2 });
    expect(await asAdmin.get(`${reports}?event_sender_user_id=%40bernd%3Atest.example`)).toMatchObject({ total: 0 });
    expect(await asAdmin.get(`${reports}?room_id=${encodeURIComponent(roomId)}`)).toMatchObject({ total: 2 });
    const one = `${reports}/${first.event_reports[0]?.id}`;
    expect(await asAdmin.get(one)).toEqual(first.event_reports[0]);
    for (const path of [reports, one]) expect(await asBernd.try('GET', path)).toMatchObject(refused);
    expect(await asBernd.try('DELETE', one)).toMatchObject(refused);
    await asAdmin.delete(one);
    expect(await asAdmin.try('GET', one)).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', one)).toMatchObject(missing);
    expect(await asAdmin.get(reports)).toMatchObject({ total: 1 });
    expect((await asAdmin.try('GET', `${reports}/x`)).status).toBe(400);
  });

  test('say nothing of reports of rooms, and remove none', async () => {
    expect(await asAdmin.try('GET', `${reports}/3`)).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', `${reports}/3`)).toMatchObject(missing);
  });

  test('show what was reported to administrators who may read it, and note that', async () => {
    const {
      event_reports: [report],
    } = await asAdmin.get<{ event_reports: { id: number; event_id: string }[] }>(reports);
    const one = `${reports}/${report?.id}`;
    expect(await asAdmin.get(one)).not.toHaveProperty('event_json');
    await asAdmin.join(roomId);
    expect(await asAdmin.get(`${one}?reason=Az.%202`)).toMatchObject({
      event_json: { type: 'm.room.message', content: { body: 'Unerhört' }, signatures: {} },
    });
    expect((await actionsOn(roomId))[0]).toBe('room.read-event');
  });
});

describe('reports of people', () => {
  const reports = '/_synapse/admin/v1/user_reports';
  beforeAll(async () => {
    await asBernd.post(`/users/${encodeURIComponent('@anna:test.example')}/report`, { reason: 'unhöflich' });
    await asAnna.post(`/users/${encodeURIComponent('@bernd:test.example')}/report`, { reason: 'selber' });
  });

  test('are listed in pages, read and removed', async () => {
    const first = await asAdmin.get<{ user_reports: { id: number }[] }>(`${reports}?limit=1`);
    expect(first).toEqual({
      total: 2,
      next_token: 1,
      user_reports: [
        {
          id: expect.any(Number),
          received_ts: server.clock.nowMs(),
          user_id: '@anna:test.example',
          target_user_id: '@bernd:test.example',
          reason: 'selber',
        },
      ],
    });
    expect(await asAdmin.get(`${reports}?from=1&limit=1`)).toMatchObject({ user_reports: [{ reason: 'unhöflich' }] });
    expect(await asAdmin.get(`${reports}?dir=f&limit=1`)).toMatchObject({ user_reports: [{ reason: 'unhöflich' }] });
    expect(await asAdmin.get(`${reports}?user_id=%40bernd%3Atest.example`)).toMatchObject({ total: 1 });
    expect(await asAdmin.get(`${reports}?target_user_id=%40bernd%3Atest.example`)).toMatchObject({
      user_reports: [{ reason: 'selber' }],
    });
    const id = first.user_reports[0]?.id;
    const one = `${reports}/${id}`;
    expect(await asAdmin.get(one)).toEqual(first.user_reports[0]);
    for (const path of [reports, one]) expect(await asBernd.try('GET', path)).toMatchObject(refused);
    expect(await asBernd.try('DELETE', one)).toMatchObject(refused);
    // A report of an event is another thing.
    expect(await asAdmin.try('GET', `/_synapse/admin/v1/event_reports/${id}`)).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', `/_synapse/admin/v1/event_reports/${id}`)).toMatchObject(missing);
    await asAdmin.delete(one);
    expect(await actionsOn(String(id))).toEqual(['report.remove']);
    expect(await asAdmin.try('GET', one)).toMatchObject(missing);
    expect(await asAdmin.try('DELETE', one)).toMatchObject(missing);
    for (const query of ['limit=0', 'from=-1', 'dir=x', 'user_id=%00', 'target_user_id=%00'])
      expect((await asAdmin.try('GET', `${reports}?${query}`)).status).toBe(400);
    expect((await asAdmin.try('GET', `${reports}/x`)).status).toBe(400);
  });
});
