import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let adminUser: TestUser;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  adminUser = await homeserver.registerAdministrator('admin');
  admin = homeserver.as(adminUser);
});
afterAll(async () => homeserver.stop());

interface Status {
  readonly status: string;
  readonly failed_redactions: Readonly<Record<string, string>>;
}

async function redact(userId: string, body: object): Promise<Status> {
  const { redact_id: id } = await admin.post<{ redact_id: string }>(`/_synapse/admin/v1/user/${userId}/redact`, body);
  return expect
    .poll(async () => admin.get<Status>(`/_synapse/admin/v1/user/redact_status/${id}`), { timeout: 20_000 })
    .toMatchObject({ status: 'completed' })
    .then(async () => admin.get<Status>(`/_synapse/admin/v1/user/redact_status/${id}`));
}

/** Two people in two rooms, three messages of the second in each. */
async function furnish(name: string) {
  const owner = await homeserver.register(`${name}-owner`);
  const writer = await homeserver.register(`${name}-writer`);
  const rooms: { readonly roomId: string; readonly eventIds: readonly string[] }[] = [];
  for (let index = 0; index < 2; index += 1) {
    const roomId = await homeserver.as(owner).createRoom({ preset: 'public_chat' });
    await homeserver.as(writer).join(roomId);
    const eventIds: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      homeserver.clock.advance(1000);
      eventIds.push(await homeserver.as(writer).send(roomId, text));
    }
    await homeserver.as(owner).send(roomId, 'stays');
    rooms.push({ roomId, eventIds });
  }
  return { owner, writer, rooms };
}

/** Which of the messages are still there. */
async function left(client: TestClient, room: { readonly roomId: string; readonly eventIds: readonly string[] }) {
  const bodies: string[] = [];
  for (const eventId of room.eventIds) {
    const path = `/rooms/${encodeURIComponent(room.roomId)}/event/${encodeURIComponent(eventId)}`;
    const { content } = await client.get<{ content: { body?: string } }>(path);
    if (content.body !== undefined) bodies.push(content.body);
  }
  return bodies;
}

test('takes away what somebody wrote in all their rooms, with the reason, and nothing of others', async () => {
  const { owner, writer, rooms } = await furnish('all');
  const asOwner = homeserver.as(owner);
  expect(await redact(writer.userId, { rooms: [], reason: 'spam' })).toEqual({
    status: 'completed',
    failed_redactions: {},
  });
  for (const room of rooms) {
    expect(await left(asOwner, room)).toEqual([]);
    const { chunk } = await asOwner.get<{ chunk: { type: string; sender: string; content: object }[] }>(
      `/rooms/${encodeURIComponent(room.roomId)}/messages?dir=b&limit=50`,
    );
    expect(chunk.filter(({ content }) => 'body' in content).length).toBe(1);
    const redactions = chunk.filter(({ type }) => type === 'm.room.redaction');
    expect(redactions.map(({ sender, content }) => [sender, content])).toEqual(
      Array.from({ length: 3 }, () => [writer.userId, expect.objectContaining({ reason: 'spam' })]),
    );
  }
});

test('keeps to the rooms, the number and the time that were asked for', async () => {
  const { owner, writer, rooms } = await furnish('some');
  const [first, second] = rooms;
  if (first === undefined || second === undefined) throw new Error('two rooms were made');
  const asOwner = homeserver.as(owner);
  await redact(writer.userId, { rooms: [first.roomId], limit: 2 });
  expect(await left(asOwner, first)).toEqual(['one']);
  expect(await left(asOwner, second)).toEqual(['one', 'two', 'three']);
  const nowMs = homeserver.clock.nowMs();
  await redact(writer.userId, { rooms: [second.roomId], after_ts: nowMs - 1000, before_ts: nowMs - 1000 });
  expect(await left(asOwner, second)).toEqual(['one', 'three']);
});

test('tells what rooms did not let go, in whose name it was tried', async () => {
  const { owner, writer, rooms } = await furnish('gone');
  const [room] = rooms;
  if (room === undefined) throw new Error('a room was made');
  await homeserver.as(writer).post(`/rooms/${encodeURIComponent(room.roomId)}/leave`);
  const refused = await redact(writer.userId, { rooms: [room.roomId] });
  expect(Object.keys(refused.failed_redactions).sort()).toEqual([...room.eventIds].sort());
  // An administrator of the server has no powers in rooms that nobody gave.
  await admin.join(room.roomId);
  expect(Object.keys((await redact(writer.userId, { rooms: [room.roomId] })).failed_redactions).length).toBe(3);
  const path = `/rooms/${encodeURIComponent(room.roomId)}/state/m.room.power_levels`;
  const levels = await homeserver.as(owner).get<{ users?: Record<string, number> }>(path);
  await homeserver.as(owner).put(path, { ...levels, users: { ...levels.users, [adminUser.userId]: 50 } });
  expect((await redact(writer.userId, { rooms: [room.roomId], use_admin: true })).failed_redactions).toEqual({});
  expect(await left(homeserver.as(owner), room)).toEqual([]);
  expect(await admin.get(`/_stafette/admin/v1/audit?target=${writer.userId}`)).toMatchObject({
    entries: Array.from({ length: 3 }, () => ({ action: 'user.redact', actor: adminUser.userId })),
  });
});

test('is completed after a restart', async () => {
  const before = await startHomeserver();
  const chief = await before.registerAdministrator('admin');
  const writer = await before.register('writer');
  const roomId = await before.as(writer).createRoom();
  const eventIds: string[] = [];
  for (let index = 0; index < 20; index += 1) eventIds.push(await before.as(writer).send(roomId, `message ${index}`));
  const path = `/_synapse/admin/v1/user/${writer.userId}/redact`;
  const { redact_id: id } = await before.as(chief).post<{ redact_id: string }>(path, { rooms: [] });
  await before.server.close();
  const after = await startHomeserver({ after: before });
  try {
    const status = `/_synapse/admin/v1/user/redact_status/${id}`;
    await expect
      .poll(async () => (await after.as(chief).get<Status>(status)).status, { timeout: 20_000 })
      .toBe('completed');
    expect(await left(after.as(writer), { roomId, eventIds })).toEqual([]);
  } finally {
    await after.stop();
  }
});

test('refuses what names nobody, no room and no time, and whoever is no administrator', async () => {
  const path = '/_synapse/admin/v1/user/@x:test.example/redact';
  for (const body of [{}, { rooms: 'all' }, { rooms: [], limit: 0 }])
    expect((await admin.try('POST', path, body)).status).toBe(400);
  for (const body of [{ rooms: ['no-room'] }, { rooms: [], after_ts: 2, before_ts: 1 }])
    expect((await admin.try('POST', path, body)).body['errcode']).toBe('M_INVALID_PARAM');
  expect((await admin.try('POST', '/_synapse/admin/v1/user/nobody/redact', { rooms: [] })).status).toBe(400);
  expect((await admin.try('GET', '/_synapse/admin/v1/user/redact_status/none')).status).toBe(404);
  const asEva = homeserver.as(await homeserver.register('eva'));
  expect((await asEva.try('POST', path, { rooms: [] })).status).toBe(403);
  expect((await asEva.try('GET', '/_synapse/admin/v1/user/redact_status/none')).status).toBe(403);
});
