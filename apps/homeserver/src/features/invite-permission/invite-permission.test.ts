import { parseUserId } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileInviteRules } from './invite-rules.ts';

interface Synced {
  readonly next_batch: string;
  readonly rooms?: { readonly invite?: Readonly<Record<string, object>> };
}

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd] = [await server.register('anna'), await server.register('bernd')];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const STABLE = 'm.invite_permission_config';
const OLDER = 'org.matrix.msc4155.invite_permission_config';
const configure = async (content: object, type = STABLE) =>
  asAnna.put(`/user/${encodeURIComponent(anna.userId)}/account_data/${type}`, content);
beforeEach(async () => {
  await configure({});
  await configure({}, OLDER);
});
const invitations = async (since?: string): Promise<string[]> =>
  Object.keys((await asAnna.sync<Synced>(since)).rooms?.invite ?? {});
const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

describe('whoever does not want invitations', () => {
  test('is invited in no way, and hears nothing of the older ones until they change their mind', async () => {
    const earlier = await asBernd.createRoom({ invite: [anna.userId] });
    expect(await invitations()).toContain(earlier);
    await configure({ default_action: 'block' });
    const roomId = await asBernd.createRoom();
    const member = room(roomId, `/state/m.room.member/${encodeURIComponent(anna.userId)}`);
    for (const answer of [
      await asBernd.try('POST', room(roomId, '/invite'), { user_id: anna.userId }),
      await asBernd.try('PUT', member, { membership: 'invite' }),
      await asBernd.try('POST', '/createRoom', { invite: [anna.userId] }),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { errcode: 'M_INVITE_BLOCKED' } });
    }
    expect(await invitations()).toEqual([]);
    await configure({ default_action: 'something new' });
    expect(await invitations()).toContain(earlier);
    await asBernd.invite(roomId, anna.userId);
    expect(await invitations()).toContain(roomId);
  });

  test.each([STABLE, OLDER])('from somebody can say so in %s', async (type) => {
    await configure({ blocked_users: ['@ber*:test.example'] }, type);
    const refused = await asBernd.try('POST', '/createRoom', { invite: [anna.userId] });
    expect(refused).toMatchObject({ status: 403, body: { errcode: 'M_INVITE_BLOCKED' } });
    const clara = server.as(await server.register(type === STABLE ? 'clara' : 'carl'));
    const roomId = await clara.createRoom({ invite: [anna.userId] });
    expect(await invitations()).toContain(roomId);
  });

  test('and ignores somebody is invited by them without hearing of it', async () => {
    const { next_batch: since } = await asAnna.sync<Synced>();
    await configure({ ignored_servers: ['TEST.*'] });
    const roomId = await asBernd.createRoom({ invite: [anna.userId] });
    expect(await asBernd.get(room(roomId, `/state/m.room.member/${encodeURIComponent(anna.userId)}`))).toMatchObject({
      membership: 'invite',
    });
    expect([...(await invitations()), ...(await invitations(since))]).not.toContain(roomId);
    expect(await asAnna.join(roomId)).toBe(roomId);
  });
});

describe('rules', () => {
  const decide = (content: Parameters<typeof compileInviteRules>[0], inviter = '@eve:evil.example:8448') => {
    const userId = parseUserId(inviter);
    return userId === undefined ? undefined : compileInviteRules(content)(userId);
  };

  test.each([
    [{}, 'allow'],
    [{ default_action: 'block' }, 'block'],
    [{ default_action: 'block', allowed_servers: ['*.example'] }, 'allow'],
    [{ default_action: 'block', ignored_users: ['@eve:*'] }, 'ignore'],
    [{ allowed_users: ['@eve:*'], blocked_users: ['@eve:*'] }, 'allow'],
    [{ ignored_users: ['@eve:*'], blocked_users: ['@eve:*'] }, 'ignore'],
    [{ blocked_users: ['@eve:*'], allowed_servers: ['evil.example'] }, 'block'],
    [{ allowed_users: ['@eve:*'], blocked_servers: ['*'] }, 'allow'],
    [{ blocked_servers: ['EVIL.exampl?'] }, 'block'],
    [{ blocked_servers: ['evil'] }, 'allow'],
    [{ blocked_users: 'all', blocked_servers: [1, null, {}], allowed_users: { length: 1 } }, 'allow'],
  ] as const)('%j: %s', (content, decision) => {
    expect(decide(content)).toBe(decision);
  });

  test('of thousands of patterns with many stars are answered at once', () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => `@${'*a'.repeat(50)}${index}`);
    const startMs = performance.now();
    expect(decide({ blocked_users: patterns }, `@${'a'.repeat(200)}:evil.example`)).toBe('allow');
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
