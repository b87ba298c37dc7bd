import { startHomeserver, type Method, type TestClient, type TestHomeserver } from '@stafette/testkit';
import type { JsonObject, JsonValue } from '@stafette/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** One request as a tool sends it, and what it reads of the answer: members by name, of each element of an array. */
interface Call {
  readonly does: string;
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly status?: number;
  readonly reads?: readonly string[];
}

let homeserver: TestHomeserver;
let admin: TestClient;
/** Values that earlier answers gave, by the names that later paths use in braces. */
const known: Record<string, string> = {};

beforeAll(async () => {
  homeserver = await startHomeserver({ settings: { administration: { mayActAsPeople: true } } });
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
  const anna = await homeserver.register('anna');
  const asAnna = homeserver.as(anna);
  const roomId = await asAnna.createRoom({ preset: 'public_chat' });
  await asAnna.send(roomId, 'hello');
  await asAnna.post('/_matrix/media/v3/upload', { a: 'file' });
  await asAnna.put(`/user/${anna.userId}/account_data/org.example.data`, { a: 1 });
  Object.assign(known, { anna: encodeURIComponent(anna.userId), roomId, device: anna.deviceId });
});
afterAll(async () => homeserver.stop());

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values at a path of members, in every element of the arrays on the way. */
function valuesAt(value: JsonValue | undefined, path: readonly string[]): readonly (JsonValue | undefined)[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return isObject(value) ? valuesAt(value[name], rest) : [undefined];
}

/** The answer, and which of the members that the tool reads are not in it. */
async function replay({ method, path, body, reads = [] }: Omit<Call, 'does'>) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
  const answer = await admin.try(method, filled, body);
  const missing = reads.filter((name) => {
    const values = valuesAt(answer.body, name.split('.'));
    return values.length === 0 || values.includes(undefined);
  });
  return { status: answer.status, missing, body: answer.body };
}

const USER = '/_synapse/admin/v2/users/{anna}';
const ABOUT = '/_synapse/admin/v1/users/{anna}';
const TOKENS = '/_synapse/admin/v1/registration_tokens';
const NEW = '/_synapse/admin/v2/users/%40bruno%3Atest.example';
const LISTED = [
  'name',
  'is_guest',
  'admin',
  'user_type',
  'deactivated',
  'erased',
  'shadow_banned',
  'displayname',
  'locked',
];

describe('synadm', () => {
  const calls: readonly Call[] = [
    {
      does: 'asks which server this is',
      method: 'GET',
      path: '/_synapse/admin/v1/server_version',
      reads: ['server_version'],
    },
    {
      does: 'lists people',
      method: 'GET',
      path: '/_synapse/admin/v2/users?from=0&limit=50&guests=true&locked=false',
      reads: ['total', ...LISTED.map((name) => `users.${name}`)],
    },
    {
      does: 'lists everybody in batches, looking for nobody in particular',
      method: 'GET',
      path: '/_synapse/admin/v2/users?from=0&limit=500&guests=true&name=&user_id=&locked=false',
      reads: ['users.name'],
    },
    {
      does: 'searches, sorts and leaves out',
      method: 'GET',
      path: '/_synapse/admin/v2/users?from=0&limit=50&guests=true&deactivated=true&name=anna&order_by=creation_ts&dir=b&not_user_type=bot&admins=false&locked=true',
      reads: ['users.name'],
    },
    {
      does: 'makes an account',
      method: 'PUT',
      path: NEW,
      body: {
        password: 'secret-word-1',
        displayname: 'Bruno',
        threepids: [{ medium: 'email', address: 'bruno@agency.example' }],
        avatar_url: 'mxc://test.example/abc',
        admin: false,
        user_type: 'bot',
      },
      status: 201,
      reads: ['name'],
    },
    {
      does: 'shows an account',
      method: 'GET',
      path: NEW,
      reads: ['name', 'displayname', 'threepids.address', 'creation_ts'],
    },
    {
      does: 'looks somebody up by address',
      method: 'GET',
      path: '/_synapse/admin/v1/threepid/email/users/bruno%40agency.example',
      reads: ['user_id'],
    },
    {
      does: 'looks somebody up by provider',
      method: 'GET',
      path: '/_synapse/admin/v1/auth_providers/oidc/users/4711',
      status: 404,
      reads: ['errcode', 'error'],
    },
    { does: 'takes all addresses away', method: 'PUT', path: NEW, body: { threepids: [] }, reads: ['name'] },
    {
      does: 'makes somebody an ordinary person again',
      method: 'PUT',
      path: NEW,
      body: { user_type: null },
      reads: ['name'],
    },
    { does: 'locks', method: 'PUT', path: NEW, body: { locked: true }, reads: ['locked'] },
    { does: 'unlocks', method: 'PUT', path: NEW, body: { locked: false }, reads: ['locked'] },
    {
      does: 'sets a password',
      method: 'POST',
      path: '/_synapse/admin/v1/reset_password/%40bruno%3Atest.example',
      body: { new_password: 'secret-word-2' },
    },
    {
      does: 'sets a password and leaves people logged in',
      method: 'POST',
      path: '/_synapse/admin/v1/reset_password/%40bruno%3Atest.example',
      body: { new_password: 'secret-word-3', logout_devices: false },
    },
    { does: 'ends an account', method: 'PUT', path: NEW, body: { deactivated: true }, reads: ['deactivated'] },
    {
      does: 'opens it again',
      method: 'PUT',
      path: NEW,
      body: { password: 'secret-word-4', deactivated: false },
      reads: ['deactivated'],
    },
    {
      does: 'ends it the other way',
      method: 'POST',
      path: '/_synapse/admin/v1/deactivate/%40bruno%3Atest.example',
      body: { erase: false },
      reads: ['id_server_unbind_result'],
    },
    { does: 'shows where somebody is', method: 'GET', path: `${ABOUT}/joined_rooms`, reads: ['joined_rooms', 'total'] },
    { does: 'names these rooms', method: 'GET', path: '/_matrix/client/r0/rooms/{roomId}/aliases' },
    { does: 'shows sessions', method: 'GET', path: '/_synapse/admin/v1/whois/{anna}', reads: ['user_id', 'devices'] },
    {
      does: 'shows devices',
      method: 'GET',
      path: `${USER}/devices`,
      reads: ['total', 'devices.device_id', 'devices.last_seen_ts'],
    },
    {
      does: 'shows files',
      method: 'GET',
      path: `${ABOUT}/media?from=0&limit=100&order_by=media_length&dir=b`,
      reads: ['total', 'media.media_id', 'media.created_ts', 'media.last_access_ts'],
    },
    {
      does: 'gets a token to act as somebody',
      method: 'POST',
      path: `${ABOUT}/login`,
      body: {},
      reads: ['access_token'],
    },
    {
      does: 'deceives somebody',
      method: 'POST',
      path: `${ABOUT}/shadow_ban`,
      status: 403,
      reads: ['errcode', 'error'],
    },
    { does: 'ends the deceit', method: 'DELETE', path: `${ABOUT}/shadow_ban` },
    { does: 'suspends', method: 'PUT', path: '/_synapse/admin/v1/suspend/{anna}', body: { suspend: true } },
    { does: 'ends the suspension', method: 'PUT', path: '/_synapse/admin/v1/suspend/{anna}', body: { suspend: false } },
    { does: 'lists registration tokens', method: 'GET', path: TOKENS },
    {
      does: 'makes a registration token',
      method: 'POST',
      path: `${TOKENS}/new`,
      body: { length: 16, uses_allowed: null, expiry_time: null, token: 'token-of-my-own' },
      reads: ['token', 'uses_allowed', 'expiry_time', 'pending', 'completed'],
    },
    {
      does: 'lists valid ones',
      method: 'GET',
      path: `${TOKENS}?valid=true`,
      reads: ['registration_tokens.token', 'registration_tokens.expiry_time'],
    },
    {
      does: 'shows a registration token',
      method: 'GET',
      path: `${TOKENS}/token-of-my-own`,
      reads: ['token', 'expiry_time'],
    },
    {
      does: 'changes a registration token',
      method: 'PUT',
      path: `${TOKENS}/token-of-my-own`,
      body: { uses_allowed: 3 },
      reads: ['uses_allowed'],
    },
    { does: 'removes a registration token', method: 'DELETE', path: `${TOKENS}/token-of-my-own` },
  ];

  test.each(calls)('$does', async (call) => {
    expect(await replay(call)).toMatchObject({ status: call.status ?? 200, missing: [] });
  });

  test('takes away what somebody wrote, and asks how far that is', async () => {
    const body = { rooms: [], reason: 'spam', limit: 10 };
    const path = '/_synapse/admin/v1/user/{anna}/redact';
    const { redact_id: id } = (await replay({ method: 'POST', path, body })).body;
    // On a command line, a dash would begin an option.
    expect(id).toMatch(/^r/);
    known['redactId'] = textOf(id);
    const reads = ['status', 'failed_redactions'];
    expect(
      await replay({ method: 'GET', path: '/_synapse/admin/v1/user/redact_status/{redactId}', reads }),
    ).toMatchObject({ status: 200, missing: [] });
  });

  test('logs devices out', async () => {
    const body = { devices: [known['device']] };
    expect(await replay({ method: 'POST', path: `${USER}/delete_devices`, body })).toMatchObject({ status: 200 });
  });
});

describe('ketesa', () => {
  const page = 'from=0&limit=50';
  const calls: readonly Call[] = [
    {
      does: 'lists people, without a filter and sorted',
      method: 'GET',
      path: `/_synapse/admin/v3/users?${page}&order_by=name&dir=f`,
      reads: [
        'total',
        'users.creation_ts',
        'users.last_seen_ts',
        'users.avatar_url',
        ...LISTED.map((name) => `users.${name}`),
      ],
    },
    {
      does: 'narrows the list',
      method: 'GET',
      path: `/_synapse/admin/v3/users?${page}&name=ann&guests=false&deactivated=false&locked=true&order_by=last_seen_ts&dir=b`,
      reads: ['total', 'users.name'],
    },
    {
      does: 'checks a name',
      method: 'GET',
      path: '/_synapse/admin/v1/username_available?username=new-name',
      reads: ['available'],
    },
    {
      does: 'checks a name that is taken',
      method: 'GET',
      path: '/_synapse/admin/v1/username_available?username=anna',
      status: 400,
      reads: ['errcode', 'error'],
    },
    {
      does: 'shows an account',
      method: 'GET',
      path: USER,
      reads: [
        'name',
        'displayname',
        'avatar_url',
        'is_guest',
        'admin',
        'deactivated',
        'erased',
        'shadow_banned',
        'suspended',
        'locked',
        'creation_ts',
        'user_type',
        'consent_version',
      ],
    },
    {
      does: 'shows devices',
      method: 'GET',
      path: `${USER}/devices?${page}&order_by=last_seen_ts&dir=b`,
      reads: ['total'],
    },
    { does: 'makes a device', method: 'POST', path: `${USER}/devices`, body: { device_id: 'SPARE' } },
    { does: 'names a device', method: 'PUT', path: `${USER}/devices/SPARE`, body: { display_name: 'Spare' } },
    { does: 'removes a device', method: 'DELETE', path: `${USER}/devices/SPARE` },
    { does: 'removes devices', method: 'POST', path: `${USER}/delete_devices`, body: { devices: ['SPARE'] } },
    { does: 'shows sessions', method: 'GET', path: '/_synapse/admin/v1/whois/{anna}', reads: ['user_id', 'devices'] },
    { does: 'shows pushers', method: 'GET', path: `${ABOUT}/pushers?${page}&order_by=kind&dir=f`, reads: ['total'] },
    { does: 'shows rooms', method: 'GET', path: `${ABOUT}/joined_rooms?${page}`, reads: ['joined_rooms', 'total'] },
    { does: 'shows memberships', method: 'GET', path: `${ABOUT}/memberships?${page}`, reads: ['memberships', 'total'] },
    {
      does: 'shows files',
      method: 'GET',
      path: `${ABOUT}/media?${page}&order_by=created_ts&dir=b`,
      reads: [
        'total',
        'media.media_id',
        'media.media_length',
        'media.media_type',
        'media.upload_name',
        'media.quarantined_by',
        'media.safe_from_quarantine',
        'media.created_ts',
        'media.last_access_ts',
      ],
    },
    {
      does: 'shows what files take up',
      method: 'GET',
      path: `/_synapse/admin/v1/statistics/users/media?${page}&order_by=media_length&dir=b&search_term=ann`,
      reads: ['total', 'users.user_id', 'users.displayname', 'users.media_count', 'users.media_length'],
    },
    {
      does: 'counts invitations',
      method: 'GET',
      path: `${ABOUT}/sent_invite_count?from_ts=0`,
      reads: ['invite_count'],
    },
    {
      does: 'counts rooms',
      method: 'GET',
      path: `${ABOUT}/cumulative_joined_room_count?from_ts=0`,
      reads: ['cumulative_joined_room_count'],
    },
    {
      does: 'shows account data',
      method: 'GET',
      path: `${ABOUT}/accountdata`,
      reads: ['account_data.global', 'account_data.rooms'],
    },
    {
      does: 'shows features',
      method: 'GET',
      path: '/_synapse/admin/v1/experimental_features/{anna}',
      reads: ['features.msc3881'],
    },
    {
      does: 'keeps features as they are',
      method: 'PUT',
      path: '/_synapse/admin/v1/experimental_features/{anna}',
      body: { features: { msc3881: true, msc3575: false } },
    },
    { does: 'shows no limits', method: 'GET', path: `${ABOUT}/override_ratelimit` },
    {
      does: 'sets limits',
      method: 'POST',
      path: `${ABOUT}/override_ratelimit`,
      body: { messages_per_second: 5, burst_count: 10 },
    },
    {
      does: 'shows limits',
      method: 'GET',
      path: `${ABOUT}/override_ratelimit`,
      reads: ['messages_per_second', 'burst_count'],
    },
    { does: 'removes limits', method: 'DELETE', path: `${ABOUT}/override_ratelimit` },
    { does: 'suspends', method: 'PUT', path: '/_synapse/admin/v1/suspend/{anna}', body: { suspend: true } },
    { does: 'ends the suspension', method: 'PUT', path: '/_synapse/admin/v1/suspend/{anna}', body: { suspend: false } },
    { does: 'deceives nobody', method: 'POST', path: `${ABOUT}/shadow_ban`, status: 403, reads: ['errcode', 'error'] },
    {
      does: 'sets a password',
      method: 'POST',
      path: '/_synapse/admin/v1/reset_password/{anna}',
      body: { new_password: 'secret-word-9', logout_devices: true },
    },
    {
      does: 'gets a token to act as somebody',
      method: 'POST',
      path: `${ABOUT}/login`,
      body: {},
      reads: ['access_token'],
    },
    {
      does: 'renews an account',
      method: 'POST',
      path: '/_synapse/admin/v1/account_validity/validity',
      body: { user_id: '@anna:test.example', enable_renewal_emails: true },
      status: 403,
      reads: ['errcode', 'error'],
    },
    {
      does: 'allows a replacement of keys',
      method: 'POST',
      path: `${ABOUT}/_allow_cross_signing_replacement_without_uia`,
      body: {},
      status: 404,
      reads: ['errcode', 'error'],
    },
    {
      does: 'looks somebody up by address',
      method: 'GET',
      path: '/_synapse/admin/v1/threepid/email/users/nobody%40agency.example',
      status: 404,
      reads: ['errcode', 'error'],
    },
    {
      does: 'looks somebody up by provider',
      method: 'GET',
      path: '/_synapse/admin/v1/auth_providers/oidc/users/a%2Fb',
      status: 404,
      reads: ['errcode', 'error'],
    },
    { does: 'lists registration tokens', method: 'GET', path: `${TOKENS}?${page}&order_by=valid&dir=f&valid=true` },
    {
      does: 'makes a registration token',
      method: 'POST',
      path: `${TOKENS}/new`,
      body: { length: 16, uses_allowed: 5 },
      reads: ['token', 'uses_allowed', 'pending', 'completed', 'expiry_time'],
    },
    { does: 'removes files', method: 'DELETE', path: `${ABOUT}/media`, reads: ['deleted_media', 'total'] },
    {
      does: 'takes away what somebody wrote',
      method: 'POST',
      path: '/_synapse/admin/v1/user/{anna}/redact',
      body: { rooms: [] },
      reads: ['redact_id'],
    },
  ];

  test.each(calls)('$does', async (call) => {
    expect(await replay(call)).toMatchObject({ status: call.status ?? 200, missing: [] });
  });

  test('changes an account by sending back all of what it shows, with members of its own', async () => {
    const { body: shown } = await replay({ method: 'GET', path: USER });
    const record = { ...shown, id: '@anna:test.example', creation_ts_ms: 1, displayname: 'Anna A.' };
    const changed = await replay({ method: 'PUT', path: USER, body: record });
    expect(changed.body).toEqual({ ...shown, displayname: 'Anna A.' });
  });

  test('changes a registration token by the handle that the list shows, and removes it', async () => {
    const { body } = await replay({ method: 'GET', path: TOKENS });
    const [handle] = valuesAt(body, ['registration_tokens', 'token']);
    known['handle'] = textOf(handle);
    const path = `${TOKENS}/{handle}`;
    const change = { token: handle, uses_allowed: 7, pending: 0, completed: 0 };
    expect((await replay({ method: 'PUT', path, body: change })).body).toMatchObject({ uses_allowed: 7 });
    expect((await replay({ method: 'DELETE', path })).status).toBe(200);
  });

  test('ends an account for good', async () => {
    const path = '/_synapse/admin/v1/deactivate/{anna}';
    expect((await replay({ method: 'POST', path, body: { erase: true } })).status).toBe(200);
    expect((await replay({ method: 'GET', path: USER })).body).toMatchObject({ deactivated: true, erased: true });
  });
});
