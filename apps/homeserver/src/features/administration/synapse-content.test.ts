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

describe('reports of events', () => {
  const reports = '/_synapse/admin/v1/event_reports';
  let roomId: string;
  let events: string[];
  beforeAll(async () => {
    roomId = await asAnna.createRoom({ preset: 'public_chat' });
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

  test('say nothing of reports of rooms', async () => {
    expect(await asAdmin.try('GET', `${reports}/3`)).toMatchObject(missing);
  });
});
