import { createHmac } from 'node:crypto';
import { clientServer } from '@stafette/contracts';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rateLimits } from '../../http/limits.ts';

const POLICY_SERVER_KEY = '6yhHGKhCiXTSEN2ksjV7kX/N6rBQZ3Xb+M7LlC6NS+s';
const RTC_TRANSPORTS = '/_matrix/client/unstable/org.matrix.msc4143/rtc/transports';

let homeserver: TestHomeserver;

beforeAll(async () => {
  homeserver = await startHomeserver({ features: { forcedEncryption: true } });
});
afterAll(async () => homeserver.stop());

test('every version is listed, as clients look for single ones', async () => {
  const { versions, unstable_features: features } = await homeserver.anonymous.get<{
    versions: string[];
    unstable_features: Record<string, boolean>;
  }>('/_matrix/client/versions');
  // One by one: that is how clients look for them.
  for (let minor = 1; minor <= 19; minor += 1) expect(versions).toContain(`v1.${minor}`);
  expect(features['io.element.e2ee_forced.private']).toBe(true);
  expect((await homeserver.as({ accessToken: 'unknown' }).try('GET', '/_matrix/client/versions')).status).toBe(401);
});

test('capabilities name the room versions, and to administrators what they may do', async () => {
  const anna = homeserver.as(await homeserver.register('anna'));
  const { capabilities } = await anna.get<{
    capabilities: Record<string, { default?: string; available?: object; enabled?: boolean }>;
  }>('/capabilities');
  expect(capabilities['m.room_versions']?.default).toBe('12');
  expect(Object.keys(capabilities['m.room_versions']?.available ?? {})).toContain('11');
  expect(capabilities['m.3pid_changes']?.enabled).toBe(false);
  expect(capabilities).not.toHaveProperty('m.account_moderation');
  expect(await anna.get('/voip/turnServer')).toEqual({});
  expect(await anna.get(RTC_TRANSPORTS)).toEqual({ rtc_transports: [] });
  expect(await anna.get('/thirdparty/protocols')).toEqual({});
  expect(await anna.get('/account/3pid')).toEqual({ threepids: [] });
});

test('JSON is announced as such and no more, in answers and errors', async () => {
  for (const path of ['/_matrix/client/versions', '/login', '/capabilities', '/_matrix/client/v3/unknown']) {
    expect((await homeserver.anonymous.try('GET', path)).headers.get('content-type')).toBe('application/json');
  }
});

test('pages of other origins may use the methods that there are', async () => {
  const { headers } = await fetch(`${homeserver.baseUrl}/_matrix/client/v3/sync`, { method: 'OPTIONS' });
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE, OPTIONS');
});

test('a method that an address does not have is refused as such', async () => {
  for (const method of ['HEAD', 'DELETE', 'PATCH'])
    expect((await fetch(`${homeserver.baseUrl}/_matrix/client/versions`, { method })).status).toBe(405);
});

test('what is not configured is not announced', async () => {
  for (const name of ['server', 'support', 'policy_server'])
    expect((await homeserver.anonymous.try('GET', `/.well-known/matrix/${name}`)).status).toBe(404);
});

test('relays, media servers for calls and a policy server are announced once they are configured', async () => {
  const turn = {
    uris: ['turn:turn.example.org?transport=udp'],
    sharedSecret: 'shared with the relay',
    ttlSeconds: 600,
  };
  const server = await startHomeserver({
    features: { forcedEncryption: true },
    settings: {
      publicUrl: 'https://chat.example.org',
      policyServerKey: POLICY_SERVER_KEY,
      calls: { livekitServiceUrl: 'https://calls.example.org', turn },
    },
  });
  try {
    const anna = await server.register('anna');
    const expiresAt = Math.floor(server.clock.nowMs() / 1000) + 600;
    expect(await server.as(anna).get('/voip/turnServer')).toEqual({
      username: `${expiresAt}:${anna.userId}`,
      password: createHmac('sha1', 'shared with the relay').update(`${expiresAt}:${anna.userId}`).digest('base64'),
      uris: turn.uris,
      ttl: 600,
    });
    const livekit = { type: 'livekit', livekit_service_url: 'https://calls.example.org' };
    expect(await server.as(anna).get(RTC_TRANSPORTS)).toEqual({ rtc_transports: [livekit] });
    expect(await server.anonymous.get('/.well-known/matrix/client')).toEqual({
      'm.homeserver': { base_url: 'https://chat.example.org' },
      'org.matrix.msc2965.authentication': {
        issuer: 'https://chat.example.org/',
        account: 'https://chat.example.org/_stafette/account',
      },
      'io.element.e2ee': { default: true },
      'org.matrix.msc4143.rtc_foci': [livekit],
    });
    expect((await server.anonymous.try('GET', RTC_TRANSPORTS)).status).toBe(401);
    const policy = await server.anonymous.get('/.well-known/matrix/policy_server');
    expect(policy).toEqual({ public_keys: { ed25519: POLICY_SERVER_KEY } });
  } finally {
    await server.stop();
  }
});

test('an OpenID token names its person, for an hour, and opens nothing', async () => {
  const bernd = await homeserver.register('bernd');
  const path = `/user/${encodeURIComponent(bernd.userId)}/openid/request_token`;
  const token = await homeserver.as(bernd).post<{ access_token: string }>(path, {});
  expect(token).toEqual({
    access_token: expect.any(String),
    expires_in: 3600,
    matrix_server_name: 'test.example',
    token_type: 'Bearer',
  });
  const ask = async (accessToken: string) =>
    homeserver.anonymous.try(
      'GET',
      `/_matrix/federation/v1/openid/userinfo?access_token=${encodeURIComponent(accessToken)}`,
    );
  expect(await ask(token.access_token)).toMatchObject({ status: 200, body: { sub: bernd.userId } });
  expect((await homeserver.as({ accessToken: token.access_token }).try('GET', '/account/whoami')).status).toBe(401);
  expect((await ask(bernd.accessToken)).status).toBe(401);
  const clara = homeserver.as(await homeserver.register('clara'));
  expect((await clara.try('POST', path, {})).status).toBe(403);
  homeserver.clock.advance(60 * 60 * 1000);
  expect((await ask(token.access_token)).status).toBe(401);
});

test('every class of requests has a limit that lets some through', () => {
  const classes = new Set(Object.values(clientServer).map(({ rateLimit }) => rateLimit));
  expect(classes.size).toBeGreaterThan(8);
  for (const name of classes) {
    if (name === 'none') continue;
    expect(rateLimits[name].burst).toBeGreaterThanOrEqual(10);
    expect(rateLimits[name].perSecond).toBeGreaterThan(0);
  }
});
