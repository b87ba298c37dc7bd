import { request } from 'node:http';
import { encodeBase64, getServerName, JsonNumberToken, type JsonObject } from '@stafette/protocol';
import {
  createTestAuthority,
  startHomeserver,
  TestServer,
  type Answer,
  type OddRequest,
  type TestHomeserver,
} from '@stafette/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const authority = createTestAuthority();
let anna: string;
let homeserver: TestHomeserver;
let server: TestServer;
let outsider: TestServer;

beforeAll(async () => {
  outsider = await TestServer.open(authority);
});
afterAll(async () => outsider.close());
beforeEach(async () => {
  server = await TestServer.open(authority);
  homeserver = await startHomeserver({
    settings: { authorities: authority.certificate, federationList: [server.name] },
  });
  const { userId } = await homeserver.register('anna');
  anna = encodeURIComponent(userId);
});
afterEach(async () => {
  await homeserver.stop();
  await server.close();
});

const profilePath = (): string => `/_matrix/federation/v1/query/profile?user_id=${anna}`;
const ask = async (odd?: OddRequest, asking = server): Promise<Answer> =>
  asking.ask(homeserver, 'GET', profilePath(), odd);
/** Several headers of one name, which `fetch` would put together; the status alone. */
async function askRaw(authorizations: readonly string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = authorizations.flatMap((authorization) => ['Authorization', authorization]);
  request(homeserver.baseUrl + profilePath(), { headers: ['Host', 'localhost', ...headers] }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .once('error', reject)
    .end();
  return promise;
}

const unauthorized = { status: 401, body: { errcode: 'M_UNAUTHORIZED' } };
const forbidden = { status: 403, body: { errcode: 'M_FORBIDDEN' } };

describe('a signed request', () => {
  test('is answered, and its server was asked once what it signs with', async () => {
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await ask()).toMatchObject({ status: 200 });
    const [{ path, method } = expect.unreachable(), ...others] = server.peer.received;
    expect([method, path, others.length]).toEqual(['GET', '/_matrix/key/v2/server', 0]);
  });

  test('is one of a hundred that come first, and their server is asked once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, async () => ask()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(server.keyRequestCount).toBe(1);
  });

  test('is answered after a restart without asking again', async () => {
    expect(await ask()).toMatchObject({ status: 200 });
    await homeserver.server.close();
    homeserver = await startHomeserver({
      after: homeserver,
      settings: { authorities: authority.certificate, federationList: [server.name] },
    });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(server.keyRequestCount).toBe(1);
  });

  test('may have several signatures, of which one is good', async () => {
    const good = server.authorizationOf(homeserver, 'GET', profilePath());
    const bad = server.authorizationOf(homeserver, 'GET', profilePath(), { signer: TestServer.key('second') });
    // In one header they are one value, and no list of signatures.
    expect(await ask({ authorizations: [`${bad}, ${good}`] })).toMatchObject(unauthorized);
    expect(await askRaw([bad, good])).toBe(200);
    expect(await askRaw([good, bad])).toBe(200);
    expect(await askRaw([bad, bad])).toBe(401);
    expect(await askRaw([good, good, good, good, good])).toBe(401);
    expect(await askRaw([good, 'Bearer token'])).toBe(401);
    const others = outsider.authorizationOf(homeserver, 'GET', profilePath());
    expect(await askRaw([good, others])).toBe(401);
  });

  test('may leave out for whom it is, as older servers do', async () => {
    const whole = server.authorizationOf(homeserver, 'GET', profilePath());
    expect(await ask({ authorizations: [whole.replace(/destination="[^"]*",/, '')] })).toMatchObject({ status: 200 });
  });
});

describe('nothing is answered', () => {
  test.each<[string, OddRequest]>([
    ['without a signature', { authorizations: [] }],
    ['to the token of a client', { authorizations: ['Bearer token'] }],
    ['to a signature that cannot be read', { authorizations: ['X-Matrix origin=,key'] }],
    ['to the signature of another key', { signer: TestServer.key('second') }],
    ['to another key under the same name', { signer: { ...TestServer.key('second'), keyId: 'ed25519:first' } }],
    ['to what was signed for another server', { signed: { destination: getServerName('other.example') } }],
    ['to what was signed for another address', { signed: { uri: '/_matrix/federation/v1/query/profile' } }],
    ['to what was signed for another method', { signed: { method: 'POST' } }],
    ['to what was signed with a body', { signed: { content: {} } }],
  ])('%s', async (_name, odd) => {
    expect(await ask(odd)).toMatchObject(unauthorized);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('to a request that was good for another address', async () => {
    const authorizations = [server.authorizationOf(homeserver, 'GET', profilePath())];
    expect(await ask({ authorizations })).toMatchObject({ status: 200 });
    for (const path of [`${profilePath()}&field=displayname`, '/_matrix/federation/v1/query/directory?room_alias=%23a'])
      expect(await server.ask(homeserver, 'GET', path, { authorizations })).toMatchObject(unauthorized);
  });

  test('to a body that was changed on the way, and numbers are as they were sent', async () => {
    const path = '/_matrix/federation/v1/user/keys/claim';
    const post = async (content: JsonObject, odd: OddRequest = {}): Promise<Answer> =>
      server.ask(homeserver, 'POST', path, { content, ...odd });
    const content = { one_time_keys: {} };
    expect(await post(content)).toMatchObject({ status: 200 });
    expect(await post(content, { signed: { content: { one_time_keys: { '@a:b': {} } } } })).toMatchObject(unauthorized);
    expect(await post(content, { signed: { content: undefined } })).toMatchObject(unauthorized);
    // Unknown members are ignored, but they are signed as everything else.
    const float = new JsonNumberToken('1.50');
    const sent = '{"one_time_keys":{},"x":1.50}';
    const authorizations = [server.authorizationOf(homeserver, 'POST', path, { content: { ...content, x: float } })];
    const headers = { 'content-type': 'application/json', authorization: authorizations[0] ?? '' };
    const ask = async (body: string): Promise<number> =>
      (await fetch(homeserver.baseUrl + path, { method: 'POST', headers, body })).status;
    expect([await ask(sent), await ask(sent.replace('1.50', '1.5'))]).toEqual([200, 401]);
    // What cannot be read was signed by nobody.
    expect([await ask('no JSON'), await ask('[]'), await ask('')]).toEqual([400, 401, 401]);
  });

  test('to a server outside the circle, which is not even looked for', async () => {
    expect(await ask({}, outsider)).toMatchObject(forbidden);
    const ownName = { origin: getServerName(homeserver.serverName) };
    expect(await ask({ signed: ownName })).toMatchObject(forbidden);
    expect(outsider.peer.connections).toBe(0);
  });

  test('to anybody where federation is off', async () => {
    const closed = await startHomeserver({ settings: { authorities: authority.certificate } });
    expect(await server.ask(closed, 'GET', profilePath())).toMatchObject(forbidden);
    expect(await server.ask(closed, 'GET', profilePath(), { authorizations: [] })).toMatchObject(forbidden);
    expect(await closed.anonymous.try('GET', '/_matrix/federation/v1/version')).toMatchObject({ status: 404 });
    expect(server.peer.connections).toBe(0);
    await closed.stop();
  });

  test('to a header that is too long', async () => {
    const whole = server.authorizationOf(homeserver, 'GET', profilePath());
    expect(await ask({ authorizations: [`${whole},more="${'x'.repeat(3_000)}"`] })).toMatchObject(unauthorized);
    expect(await askRaw([`${whole},more="${'x'.repeat(20_000)}"`])).toBe(431);
    expect(server.keyRequestCount).toBe(0);
  });
});

describe('a key', () => {
  test('holds as long as its server says, and is asked for again then', async () => {
    expect(await ask()).toMatchObject({ status: 200 });
    homeserver.clock.advance(DAY_MS + 1);
    expect(await ask()).toMatchObject(unauthorized);
    expect(server.keyRequestCount).toBe(2);
    server.validUntilMs += DAY_MS;
    homeserver.clock.advance(MINUTE_MS);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('holds for seven days at most', async () => {
    server.validUntilMs += 365 * DAY_MS;
    expect(await ask()).toMatchObject({ status: 200 });
    homeserver.clock.advance(7 * DAY_MS);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(server.keyRequestCount).toBe(1);
    homeserver.clock.advance(1);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(server.keyRequestCount).toBe(2);
  });

  test('that is used no more signs no requests', async () => {
    const first = server.signer;
    server.signer = TestServer.key('second');
    server.oldKeys = {
      [first.keyId]: { key: encodeBase64(first.publicKey), expired_ts: homeserver.clock.nowMs() - 1 },
    };
    expect(await ask({ signer: first })).toMatchObject(unauthorized);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('that its server takes back holds no more once it was asked', async () => {
    const first = server.signer;
    expect(await ask()).toMatchObject({ status: 200 });
    server.signer = TestServer.key('second');
    homeserver.clock.advance(MINUTE_MS);
    expect(await ask()).toMatchObject({ status: 200 });
    homeserver.clock.advance(1);
    expect(await ask({ signer: first })).toMatchObject(unauthorized);
  });

  test('that nobody has is asked for once in a minute', async () => {
    expect(await ask()).toMatchObject({ status: 200 });
    for (const name of ['second', 'third', 'fourth'])
      expect(await ask({ signer: TestServer.key(name) })).toMatchObject(unauthorized);
    expect(server.keyRequestCount).toBe(1);
    homeserver.clock.advance(MINUTE_MS);
    expect(await ask({ signer: TestServer.key('second') })).toMatchObject(unauthorized);
    expect(server.keyRequestCount).toBe(2);
  });

  test.each<[string, () => string]>([
    ['of another server', () => JSON.stringify({ ...server.publishedKeys(), server_name: 'other.example' })],
    ['that is not signed by itself', () => JSON.stringify(server.publishedKeys(TestServer.key('second')))],
    ['of an answer that was changed', () => JSON.stringify({ ...server.publishedKeys(), valid_until_ts: 1e15 })],
    ['of an answer that is no JSON', () => 'no JSON'],
    ['of an answer that is a list', () => '[]'],
    ['of an answer that is endless', () => JSON.stringify({ ...server.publishedKeys(), more: 'x'.repeat(70_000) })],
  ])('%s is none', async (_name, answer) => {
    const { answer: usual } = server.peer;
    server.peer.answer = (_request, response) => response.end(answer());
    expect(await ask()).toMatchObject(unauthorized);
    server.peer.answer = usual;
    // Whoever has just answered nonsense is not asked at once.
    expect(await ask()).toMatchObject(unauthorized);
    homeserver.clock.advance(MINUTE_MS);
    expect(await ask()).toMatchObject({ status: 200 });
  });
});
