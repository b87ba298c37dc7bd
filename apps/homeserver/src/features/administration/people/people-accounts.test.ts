import { passwordOf, startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditedActions } from '../testing/audited-actions.ts';

let homeserver: TestHomeserver;
let adminUser: TestUser;
let admin: TestClient;
beforeAll(async () => {
  homeserver = await startHomeserver();
  adminUser = await homeserver.registerAdministrator('admin');
  admin = homeserver.as(adminUser);
});
afterAll(async () => homeserver.stop());

const account = (localpart: string): string =>
  `/_synapse/admin/v2/users/${encodeURIComponent(`@${localpart}:test.example`)}`;
const audited = async (target: string) => auditedActions(admin, target);
const logIn = async (user: string, password: string) =>
  homeserver.anonymous.try('POST', '/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password,
  });
const forbidden = { status: 403, body: { errcode: 'M_FORBIDDEN' } };

describe('an account that an administrator makes', () => {
  test('is as it was asked for, and its person logs in', async () => {
    const made = await admin.try('PUT', account('doris'), {
      password: 'a-password-1',
      displayname: 'Doris',
      avatar_url: 'mxc://test.example/picture',
      threepids: [{ medium: 'email', address: 'doris@agency.example' }],
      user_type: 'support',
      external_ids: [],
      admin: false,
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: '@doris:test.example',
        displayname: 'Doris',
        avatar_url: 'mxc://test.example/picture',
        threepids: [{ medium: 'email', address: 'doris@agency.example' }],
        user_type: 'support',
        admin: false,
        deactivated: false,
        erased: false,
        shadow_banned: false,
        external_ids: [],
        appservice_id: null,
        creation_ts: Math.floor(homeserver.clock.nowMs() / 1000),
      },
    });
    expect((await logIn('doris', 'a-password-1')).status).toBe(200);
    expect(await admin.get('/_synapse/admin/v1/threepid/email/users/doris%40agency.example')).toEqual({
      user_id: '@doris:test.example',
    });
    expect(await audited('@doris:test.example')).toEqual(['user.create']);
  });

  test('is made and ended at once, for a name that nobody is to have', async () => {
    expect(await admin.try('PUT', account('nobody-ever'), { deactivated: true })).toMatchObject({
      status: 201,
      body: { deactivated: true },
    });
    expect(await audited('@nobody-ever:test.example')).toEqual(['user.create', 'user.deactivate']);
  });

  test('is refused with a name that no account can have, and with what cannot be, and is not there then', async () => {
    await admin.put(account('owner'), { threepids: [{ medium: 'email', address: 'owner@agency.example' }] });
    const refusals = [
      ['Ünfug', {}, 400],
      ['weak', { password: 'x'.repeat(600) }, 400],
      ['phone', { threepids: [{ medium: 'msisdn', address: '4711' }] }, 400],
      ['mail', { threepids: [{ medium: 'email', address: 'nowhere' }] }, 400],
      ['taken', { threepids: [{ medium: 'email', address: 'owner@agency.example' }] }, 400],
      ['linked', { external_ids: [{ auth_provider: 'oidc-x', external_id: '1' }] }, 400],
      ['pictured', { avatar_url: 'https://agency.example/picture.png' }, 400],
      ['typed', { user_type: 'robot' }, 400],
      ['lockedadmin', { admin: true, locked: true }, 403],
    ] as const;
    for (const [localpart, body, status] of refusals) {
      const refused = await admin.try('PUT', account(localpart), body);
      expect([localpart, refused.status]).toEqual([localpart, status]);
      expect((await admin.try('GET', account(localpart))).status).not.toBe(200);
    }
    expect((await admin.try('PUT', '/_synapse/admin/v2/users/@x:elsewhere.example', {})).body['errcode']).toBe(
      'M_INVALID_PARAM',
    );
    expect(await admin.try('PUT', account('_server'), {})).toMatchObject(forbidden);
  });
});

describe('an account that an administrator changes', () => {
  test('stays as it is when everything that was shown is sent back', async () => {
    const user = await homeserver.register('emil');
    const shown = await admin.get(account('emil'));
    expect(await admin.try('PUT', account('emil'), shown)).toMatchObject({ status: 200, body: shown });
    expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(200);
    expect(await audited(user.userId)).toEqual([]);
  });

  test('has another password, name, picture, address and kind, and its devices are logged out', async () => {
    const user = await homeserver.register('frieda');
    const changed = await admin.put(account('frieda'), {
      password: 'another-password-1',
      displayname: 'Frieda F.',
      avatar_url: '',
      threepids: [{ medium: 'email', address: 'frieda@agency.example' }],
      user_type: 'bot',
    });
    expect(changed).toMatchObject({ displayname: 'Frieda F.', avatar_url: null, user_type: 'bot' });
    expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(401);
    expect((await logIn('frieda', passwordOf('frieda'))).status).toBe(403);
    const again = await homeserver.anonymous.post<{ access_token: string }>('/login', {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'frieda' },
      password: 'another-password-1',
    });
    await admin.put(account('frieda'), { password: 'a-third-password', logout_devices: false, user_type: null });
    const kept = homeserver.as({ accessToken: again.access_token });
    expect((await kept.try('GET', '/account/whoami')).status).toBe(200);
    expect(await admin.put(account('frieda'), { threepids: [] })).toMatchObject({ threepids: [], user_type: null });
    expect(await audited(user.userId)).toEqual([
      'user.reset-password',
      'user.set-type',
      'user.set-addresses',
      'user.set-profile',
      'user.reset-password',
      'user.set-type',
      'user.set-addresses',
    ]);
  });

  test('is locked, unlocked, ended and opened again, empty', async () => {
    const user = await homeserver.register('gustav');
    await admin.put(account('gustav'), { locked: true });
    expect((await homeserver.as(user).try('GET', '/account/whoami')).body['errcode']).toBe('M_USER_LOCKED');
    await admin.put(account('gustav'), { locked: false });
    expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(200);
    expect(await admin.put(account('gustav'), { deactivated: true })).toMatchObject({ deactivated: true });
    expect(await admin.try('PUT', account('gustav'), { displayname: 'Gone' })).toMatchObject(forbidden);
    expect(await admin.put(account('gustav'), { deactivated: false, password: 'back-again-1' })).toMatchObject({
      deactivated: false,
      erased: false,
    });
    expect((await logIn('gustav', 'back-again-1')).status).toBe(200);
    expect((await homeserver.as(user).try('GET', '/account/whoami')).status).toBe(401);
    expect(await audited(user.userId)).toEqual([
      'user.lock',
      'user.unlock',
      'user.deactivate',
      'user.reactivate',
      'user.reset-password',
    ]);
  });

  test('is forgotten on request, which tools are told', async () => {
    const user = await homeserver.register('hedwig');
    await admin.post(`/_synapse/admin/v1/deactivate/${user.userId}`, { erase: true });
    expect(await admin.get(account('hedwig'))).toMatchObject({ deactivated: true, erased: true, displayname: null });
    expect(await audited(user.userId)).toEqual(['user.erase']);
  });
});

describe('the powers of an administrator', () => {
  const power = (userId: string): string => `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/admin`;

  test('are given and taken by another administrator, at once', async () => {
    const user = await homeserver.register('ida');
    const asIda = homeserver.as(user);
    expect(await admin.get(power(user.userId))).toEqual({ admin: false });
    await admin.put(power(user.userId), { admin: true });
    expect(await asIda.get(power(user.userId))).toEqual({ admin: true });
    expect(await admin.try('PUT', account('ida'), { locked: true })).toMatchObject(forbidden);
    await admin.put(account('ida'), { admin: false });
    expect(await asIda.try('GET', power(user.userId))).toMatchObject(forbidden);
    expect(await audited(user.userId)).toEqual(['user.grant-admin', 'user.revoke-admin']);
  });

  test('are not taken from oneself, nor given to whom is no person', async () => {
    const boss = await homeserver.registerAdministrator('boss');
    const asBoss = homeserver.as(boss);
    expect(await asBoss.try('PUT', power(boss.userId), { admin: false })).toMatchObject(forbidden);
    expect(await asBoss.try('PUT', account('boss'), { admin: false })).toMatchObject(forbidden);
    expect(await asBoss.try('PUT', account('boss'), { locked: true })).toMatchObject(forbidden);
    const guest = await homeserver.anonymous.post<{ user_id: string }>('/register?kind=guest');
    expect(await asBoss.try('PUT', power(guest.user_id), { admin: true })).toMatchObject(forbidden);
    expect((await asBoss.try('PUT', power('@nobody:test.example'), { admin: true })).status).toBe(404);
    expect((await asBoss.try('PUT', power('@x:elsewhere.example'), { admin: true })).status).toBe(400);
    expect((await asBoss.try('PUT', power(boss.userId), { admin: 'yes' })).status).toBe(400);
    await admin.put(power(boss.userId), { admin: false });
  });
});

describe('the last administrator', () => {
  test('ends in no way, and of two who end each other at the same moment one stays', async () => {
    const lonely = await startHomeserver();
    try {
      const user = await lonely.registerAdministrator('last');
      const asLast = lonely.as(user);
      const auth = {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: 'last' },
        password: passwordOf('last'),
      };
      const ways = [
        ['POST', '/account/deactivate', { auth }],
        ['POST', `/_synapse/admin/v1/deactivate/${user.userId}`, {}],
        ['PUT', `/_synapse/admin/v2/users/${user.userId}`, { deactivated: true }],
        ['PUT', `/_synapse/admin/v2/users/${user.userId}`, { admin: false }],
        ['PUT', `/_synapse/admin/v2/users/${user.userId}`, { locked: true }],
        ['PUT', `/_synapse/admin/v1/users/${user.userId}/admin`, { admin: false }],
        ['PUT', `/_synapse/admin/v1/suspend/${user.userId}`, { suspend: true }],
        ['PUT', `/_matrix/client/v1/admin/lock/${user.userId}`, { locked: true }],
        ['PUT', `/_matrix/client/v1/admin/suspend/${user.userId}`, { suspended: true }],
      ] as const;
      for (const [method, path, body] of ways) {
        const refused = await asLast.try(method, path, body);
        expect([path, refused.status, refused.body['errcode']]).toEqual([path, 403, 'M_FORBIDDEN']);
      }
      const { accounts } = lonely.server;
      // By whomever: the rule is below everybody who could ask.
      for (const change of [{ isAdmin: false }, { isLocked: true }, { isSuspended: true }])
        await expect(accounts.change(user.userId as never, change)).rejects.toThrow('only administrator');
      const other = await lonely.registerAdministrator('other');
      const both = [user, other].map(async ({ userId }) => accounts.deactivate(userId as never));
      const outcomes = (await Promise.allSettled(both)).map(({ status }) => status);
      expect(outcomes.sort()).toEqual(['fulfilled', 'rejected']);
    } finally {
      await lonely.stop();
    }
  });
});

test('what administrators do by Matrix’s own operations, and with invitations, is on the record too', async () => {
  const user = await homeserver.register('jakob');
  for (const locked of [true, false]) await admin.put(`/_matrix/client/v1/admin/lock/${user.userId}`, { locked });
  for (const suspended of [true, false])
    await admin.put(`/_matrix/client/v1/admin/suspend/${user.userId}`, { suspended });
  expect(await audited(user.userId)).toEqual(['user.lock', 'user.unlock', 'user.suspend', 'user.unsuspend']);
  const { id } = await admin.post<{ id: number }>('/_stafette/admin/v1/invitations', {});
  await admin.delete(`/_stafette/admin/v1/invitations/${id}`);
  expect(await audited(String(id))).toEqual(['invitation.create', 'invitation.remove']);
});
