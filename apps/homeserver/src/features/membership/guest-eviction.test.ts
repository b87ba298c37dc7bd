import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
beforeAll(async () => {
  homeserver = await startHomeserver();
  anna = await homeserver.register('anna');
});
afterAll(async () => homeserver.stop());

interface Session {
  readonly user_id: string;
  readonly access_token: string;
}

test('guests leave a room that closes to them, and others stay', async () => {
  const asAnna = homeserver.as(anna);
  const bernd = await homeserver.register('bernd');
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  const path = `/rooms/${encodeURIComponent(roomId)}`;
  const open = async (access: string) => asAnna.put(`${path}/state/m.room.guest_access`, { guest_access: access });
  await open('can_join');
  await homeserver.as(bernd).join(roomId);
  const guest = await homeserver.anonymous.post<Session>('/register?kind=guest');
  const asGuest = homeserver.as({ accessToken: guest.access_token });
  await asGuest.join(roomId);
  const { next_batch: since } = await asGuest.sync<{ next_batch: string }>();
  await open('can_join');
  const members = async () => Object.keys((await asAnna.get<{ joined: object }>(`${path}/joined_members`)).joined);
  expect(await members()).toContain(guest.user_id);
  await open('forbidden');
  for (let token = since; (await members()).includes(guest.user_id);)
    ({ next_batch: token } = await asGuest.sync<{ next_batch: string }>(token, 10_000));
  expect((await members()).toSorted()).toEqual([anna.userId, bernd.userId].toSorted());
  expect((await asGuest.try('POST', `${path}/join`)).body['errcode']).toBe('M_GUEST_ACCESS_FORBIDDEN');
});
