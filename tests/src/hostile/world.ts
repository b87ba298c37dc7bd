import { TestClient } from '@stafette/testkit';
import type { KnownValues } from '../generate/generate-value.ts';

/** Somebody with a room, a device and some history: what hostile requests are about. */
export interface World {
  readonly accessToken: string;
  readonly known: KnownValues;
}

interface Registered {
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
}

/** Makes a new one; requests end sessions and leave rooms, so that a run uses up several. */
export async function makeWorld(baseUrl: string, name: string): Promise<World> {
  const anonymous = new TestClient(baseUrl);
  const register = async (username: string): Promise<Registered> =>
    anonymous.post('/register', { username, password: `${username}-password-1`, auth: { type: 'm.login.dummy' } });
  const [owner, other] = [await register(name), await register(`${name}-other`)];
  const client = new TestClient(baseUrl, owner.access_token);
  const alias = `${name}-room`;
  const roomId = await client.createRoom({ preset: 'public_chat', room_alias_name: alias, name: 'A room' });
  await new TestClient(baseUrl, other.access_token).join(roomId);
  const eventId = await client.send(roomId, 'Guten Tag');
  const { next_batch: since } = await client.sync<{ next_batch: string }>();
  const domain = owner.user_id.slice(owner.user_id.indexOf(':') + 1);
  const users = [owner.user_id, other.user_id];
  return {
    accessToken: owner.access_token,
    known: {
      roomId: [roomId],
      room_id: [roomId],
      roomIdOrAlias: [roomId, `#${alias}:${domain}`],
      roomAlias: [`#${alias}:${domain}`, `#${alias}-2:${domain}`],
      room_alias: [`#${alias}:${domain}`],
      eventId: [eventId],
      event_id: [eventId],
      userId: users,
      user_id: users,
      deviceId: [owner.device_id],
      device_id: [owner.device_id],
      eventType: ['m.room.message', 'm.room.name', 'm.room.member', 'm.room.power_levels', 'm.reaction'],
      stateKey: ['', ...users],
      txnId: ['t1', 't2', 't3'],
      since: [since],
      from: [since],
      to: [since],
      dir: ['f', 'b'],
      type: ['m.id.user', 'm.login.password', 'm.login.dummy', 'm.room.name'],
      algorithm: ['m.megolm.v1.aes-sha2', 'm.olm.v1.curve25519-aes-sha2', 'm.megolm_backup.v1.curve25519-aes-sha2'],
      serverName: [domain],
      version: ['1', '2'],
    },
  };
}
