import { afterAll, beforeAll, expect, test } from 'vitest';
import { LISTED, startToolServer, textOf, type ToolCall } from '../testing/tool-server.ts';

/** What synadm 0.49 (https://codeberg.org/synadm/synadm) asks of people, and what it reads of the answers. */

let server: Awaited<ReturnType<typeof startToolServer>>;
beforeAll(async () => {
  server = await startToolServer();
});
afterAll(async () => server.homeserver.stop());
const replay = async (call: Omit<ToolCall, 'does'>) => server.replay(call);

const USER = '/_synapse/admin/v2/users/{anna}';
const ABOUT = '/_synapse/admin/v1/users/{anna}';
const TOKENS = '/_synapse/admin/v1/registration_tokens';
const NEW = '/_synapse/admin/v2/users/%40bruno%3Atest.example';

const calls: readonly ToolCall[] = [
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
  server.known['redactId'] = textOf(id);
  const reads = ['status', 'failed_redactions'];
  expect(
    await replay({ method: 'GET', path: '/_synapse/admin/v1/user/redact_status/{redactId}', reads }),
  ).toMatchObject({ status: 200, missing: [] });
});

test('logs devices out', async () => {
  const body = { devices: [server.known['device']] };
  expect(await replay({ method: 'POST', path: `${USER}/delete_devices`, body })).toMatchObject({ status: 200 });
});
