import { afterAll, beforeAll, expect, test } from 'vitest';
import { LISTED, startToolServer, textOf, valuesAt, type ToolCall } from '../testing/tool-server.ts';

/** What Ketesa 1.3 (https://github.com/etkecc/ketesa) asks of people, and what it reads of the answers. */

let server: Awaited<ReturnType<typeof startToolServer>>;
beforeAll(async () => {
  server = await startToolServer();
});
afterAll(async () => server.homeserver.stop());
const replay = async (call: Omit<ToolCall, 'does'>) => server.replay(call);

const USER = '/_synapse/admin/v2/users/{anna}';
const ABOUT = '/_synapse/admin/v1/users/{anna}';
const TOKENS = '/_synapse/admin/v1/registration_tokens';

const page = 'from=0&limit=50';
const calls: readonly ToolCall[] = [
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
  server.known['handle'] = textOf(handle);
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
