import { passwordOf, TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import type { KnownValues } from '../generate/generate-value.ts';

/** Who may ask: seen from one private room, whose owner and one more person are not among them. */
export const CALLERS = [
  'anonymous',
  'wrong token',
  'deactivated',
  'stranger',
  'invited',
  'left',
  'banned',
  'member',
  'moderator',
] as const;
export type Caller = (typeof CALLERS)[number];

export interface Scene {
  readonly clientOf: (caller: Caller) => TestClient;
  /** What requests are about. Identifiers of a user are the caller's own. */
  readonly knownTo: (caller: Caller) => KnownValues;
}

type Account = Exclude<Caller, 'anonymous' | 'wrong token'>;

async function deactivate(homeserver: TestHomeserver, name: string, user: TestUser): Promise<void> {
  const auth = {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: user.userId },
    password: passwordOf(name),
  };
  await homeserver.as(user).post('/account/deactivate', { auth });
}

const room = (roomId: string): string => `/rooms/${encodeURIComponent(roomId)}`;

/** Brings everybody into their relation to the room; the event comes last, after some have left. */
async function furnishRoom(
  homeserver: TestHomeserver,
  owner: TestUser,
  friend: TestUser,
  people: ReadonlyMap<Account, TestUser>,
) {
  const ownerClient = homeserver.as(owner);
  const roomId = await ownerClient.createRoom({ preset: 'private_chat', name: 'The private room' });
  const personOf = (account: Account): TestUser => {
    const person = people.get(account);
    if (person === undefined) throw new Error(`there is no ${account}`);
    return person;
  };
  for (const account of ['invited', 'left', 'banned', 'member', 'moderator'] as const) {
    await ownerClient.invite(roomId, personOf(account).userId);
    if (account !== 'invited') await homeserver.as(personOf(account)).join(roomId);
  }
  await ownerClient.invite(roomId, friend.userId);
  await homeserver.as(friend).join(roomId);
  await homeserver.as(personOf('left')).post(`${room(roomId)}/leave`);
  await ownerClient.post(`${room(roomId)}/ban`, { user_id: personOf('banned').userId });
  const levels = await ownerClient.get<{ users?: Record<string, number> }>(`${room(roomId)}/state/m.room.power_levels`);
  const users = { ...levels.users, [personOf('moderator').userId]: 50 };
  await ownerClient.put(`${room(roomId)}/state/m.room.power_levels`, { ...levels, users });
  return { roomId, eventId: await ownerClient.send(roomId, 'For members only') };
}

/** A fresh set of people around a fresh room, as what is asked may change any of them. */
export async function makeScene(homeserver: TestHomeserver, name: string): Promise<Scene> {
  const register = async (role: string): Promise<TestUser> => homeserver.register(`${name}-${role}`);
  const [owner, friend] = [await register('owner'), await register('friend')];
  const people = new Map<Account, TestUser>();
  for (const account of ['deactivated', 'stranger', 'invited', 'left', 'banned', 'member', 'moderator'] as const) {
    people.set(account, await register(account));
  }
  const { roomId, eventId } = await furnishRoom(homeserver, owner, friend, people);
  const deactivated = people.get('deactivated');
  if (deactivated) await deactivate(homeserver, `${name}-deactivated`, deactivated);

  const userOf = (caller: Caller): TestUser =>
    (caller === 'anonymous' || caller === 'wrong token' ? owner : people.get(caller)) ?? owner;
  return {
    clientOf: (caller) => {
      if (caller === 'anonymous') return homeserver.anonymous;
      return new TestClient(homeserver.baseUrl, caller === 'wrong token' ? 'not-a-token' : userOf(caller).accessToken);
    },
    knownTo: (caller) => ({
      roomId: [roomId],
      room_id: [roomId],
      roomIdOrAlias: [roomId],
      eventId: [eventId],
      event_id: [eventId],
      userId: [userOf(caller).userId],
      user_id: [friend.userId],
      deviceId: [userOf(caller).deviceId],
      owner: [owner.userId],
    }),
  };
}
