import { passwordOf, TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { registrationOf } from '@stafette/homeserver/features/appservices/testing/test-service.ts';
import type { KnownValues } from '../generate/generate-value.ts';

/**
 * Who may ask, by their relation to one private room; the administrator is the server's and has none to it, nor has the
 * application service, in whose namespaces nobody and nothing of this is.
 */
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
  'administrator',
  'application service',
] as const;
export type Caller = (typeof CALLERS)[number];

/** Callers who are not people with an account. */
const NOBODY = ['anonymous', 'wrong token', 'application service'] as const;
const isNobody = (caller: Caller): caller is (typeof NOBODY)[number] => NOBODY.some((nobody) => nobody === caller);

export const SERVICE = registrationOf('bridge', null);

/** What is said in the room after some have left it. */
export const MEMBERS_ONLY = 'For members only';

/** Further people, whom requests are about. */
const OTHERS = ['owner', 'friend', 'outsider', 'outcast'] as const;
const ACCOUNTS = [
  ...CALLERS.filter((caller): caller is Exclude<Caller, (typeof NOBODY)[number]> => !isNobody(caller)),
  ...OTHERS,
] as const;
type Account = (typeof ACCOUNTS)[number];

export interface Scene {
  readonly clientOf: (caller: Caller) => TestClient;
  /** What requests are about. `userId` is the caller's own, or the friend's when `isAboutOther`. */
  readonly knownTo: (caller: Caller, isAboutOther: boolean) => KnownValues;
}

type People = Readonly<Record<Account, TestUser>>;

async function registerPeople(homeserver: TestHomeserver, name: string): Promise<People> {
  const entries: [Account, TestUser][] = [];
  for (const account of ACCOUNTS) {
    const accountName = `${name}-${account}`;
    const isAdministrator = account === 'administrator';
    entries.push([
      account,
      await (isAdministrator ? homeserver.registerAdministrator(accountName) : homeserver.register(accountName)),
    ]);
  }
  // One entry for each account, by the loop above.
  return Object.fromEntries(entries) as People;
}

/** Brings everybody into their relation to the room; the message comes last, after some have left. */
async function furnishRoom(homeserver: TestHomeserver, people: People, name: string) {
  const owner = homeserver.as(people.owner);
  const roomId = await owner.createRoom({ preset: 'private_chat', name: 'The private room', room_alias_name: name });
  const room = `/rooms/${encodeURIComponent(roomId)}`;
  await owner.invite(roomId, people.invited.userId);
  for (const account of ['left', 'banned', 'outcast', 'member', 'moderator', 'friend'] as const) {
    await owner.invite(roomId, people[account].userId);
    await homeserver.as(people[account]).join(roomId);
  }
  await homeserver.as(people.left).post(`${room}/leave`);
  for (const account of ['banned', 'outcast'] as const)
    await owner.post(`${room}/ban`, { user_id: people[account].userId });
  const levels = await owner.get<{ users?: Record<string, number> }>(`${room}/state/m.room.power_levels`);
  const users = { ...levels.users, [people.moderator.userId]: 50 };
  await owner.put(`${room}/state/m.room.power_levels`, { ...levels, users });
  const eventId = await owner.send(roomId, MEMBERS_ONLY);
  const { next_batch: since } = await owner.sync<{ next_batch: string }>();
  const { content_uri: uri } = await owner.post<{ content_uri: string }>('/_matrix/media/v3/upload', { a: 'file' });
  return { roomId, eventId, since, mediaId: uri.slice(uri.lastIndexOf('/') + 1) };
}

async function deactivate(client: TestClient, userId: string, password: string): Promise<void> {
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: userId }, password };
  await client.post('/account/deactivate', { auth });
}

/** A fresh set of people around a fresh room, as what is asked may change any of them. */
export async function makeScene(homeserver: TestHomeserver, name: string): Promise<Scene> {
  const people = await registerPeople(homeserver, name);
  const { roomId, eventId, since, mediaId } = await furnishRoom(homeserver, people, name);
  await deactivate(homeserver.as(people.deactivated), people.deactivated.userId, passwordOf(`${name}-deactivated`));
  const accountOf = (caller: Caller): Account => (isNobody(caller) ? 'friend' : caller);
  const service = {
    userId: `@${SERVICE.senderLocalpart}:${homeserver.serverName}`,
    deviceId: 'NONE',
    accessToken: SERVICE.asToken,
  };
  return {
    clientOf: (caller) => {
      if (caller === 'anonymous') return homeserver.anonymous;
      if (caller === 'application service') return homeserver.as(service);
      if (caller === 'wrong token') return new TestClient(homeserver.baseUrl, 'not-a-token');
      return homeserver.as(people[caller]);
    },
    knownTo: (caller, isAboutOther) => {
      const own = caller === 'application service' ? service : people[accountOf(caller)];
      const subject = isAboutOther ? people.friend : own;
      return {
        name: [`${name}-${caller.replace(' ', '-')}`],
        roomId: [roomId],
        room_id: [roomId],
        roomIdOrAlias: [roomId],
        eventId: [eventId],
        event_id: [eventId],
        since: [since],
        mediaId: [mediaId],
        userId: [subject.userId],
        deviceId: [subject.deviceId],
        password: [passwordOf(`${name}-${accountOf(caller)}`)],
        user_id: [people.friend.userId],
        outsiderId: [people.outsider.userId],
        outcastId: [people.outcast.userId],
        roomAlias: [`#${name}:${homeserver.serverName}`],
        freeAlias: [`#free-${name}-${caller.replace(' ', '-')}:${homeserver.serverName}`],
        serverName: [homeserver.serverName],
      };
    },
  };
}
