import { clientServer, federation, type EndpointDefinition, type RateLimitClass } from '@stafette/contracts';
import { rateLimits } from '@stafette/homeserver/http/limits.ts';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let limited: TestHomeserver;

beforeAll(async () => {
  limited = await startHomeserver({ features: { rateLimits: true } });
});
afterAll(async () => limited.stop());

// The table's keys are the classes.
const CLASSES = Object.keys(rateLimits) as (keyof typeof rateLimits)[];
const endpoints: readonly EndpointDefinition[] = [...Object.values(clientServer), ...Object.values(federation)];

const exampleOf = (name: RateLimitClass): EndpointDefinition | undefined =>
  endpoints.find(({ rateLimit, auth }) => rateLimit === name && auth === 'accessToken');
const examples = CLASSES.flatMap((name) => {
  const endpoint = exampleOf(name);
  return endpoint === undefined ? [] : [{ name, endpoint }];
});

/** Asks until the limit answers; the request itself may be senseless, since limits come before it is looked at. */
async function askUntilLimited(client: TestClient, { method, path }: EndpointDefinition, atMost: number) {
  const target = path.replaceAll(/:[A-Za-z]+/g, 'sample');
  for (let count = 1; ; count += 1) {
    const answer = await client.try(method, target, method === 'GET' ? undefined : {});
    if (answer.status === 429 || count > atMost) return { count, answer };
  }
}

describe.each(examples)('$name', ({ name, endpoint }) => {
  const { burst, perSecond } = rateLimits[name];

  test('is limited for each account apart, says when to come back, and keeps to it', async () => {
    const [anna, bernd] = [await limited.register(`anna-${name}`), await limited.register(`bernd-${name}`)];
    const { count, answer } = await askUntilLimited(limited.as(anna), endpoint, burst + 1);
    expect(count).toBe(burst + 1);
    expect(answer.body).toMatchObject({ errcode: 'M_LIMIT_EXCEEDED' });
    const retryAfterMs = Number(answer.body['retry_after_ms']);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(Math.ceil(1000 / perSecond));
    expect(answer.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1000)));
    expect((await askUntilLimited(limited.as(bernd), endpoint, 0)).answer.status).not.toBe(429);
    limited.clock.advance(retryAfterMs);
    expect((await askUntilLimited(limited.as(anna), endpoint, 0)).answer.status).not.toBe(429);
  });
});

test('every class limits some operation', () => {
  const all: readonly EndpointDefinition[] = [...endpoints, ...Object.values(federation)];
  expect(CLASSES.filter((name) => !all.some(({ rateLimit }) => rateLimit === name))).toEqual([]);
});

test('whoever has no account is limited by address', async () => {
  const login = endpoints.find(({ path, method }) => path.endsWith('/v3/login') && method === 'POST');
  if (login === undefined) throw new Error('there is a way to log in');
  const { count } = await askUntilLimited(limited.anonymous, login, rateLimits.login.burst + 1);
  expect(count).toBeLessThanOrEqual(rateLimits.login.burst + 1);
});

test('a server for test suites has no limits', async () => {
  const open = await startHomeserver({ features: { rateLimits: false } });
  const client = open.as(await open.register('anna'));
  const search = exampleOf('search');
  if (search === undefined) throw new Error('searching is limited');
  const { answer } = await askUntilLimited(client, search, rateLimits.search.burst + 5);
  expect(answer.status).not.toBe(429);
  await open.stop();
});

test('what claims to be another server is limited by address before its signature is looked at', async () => {
  const { count, answer } = await askUntilLimited(
    limited.anonymous,
    federation.queryRoomDirectory,
    rateLimits.federation.burst + 1,
  );
  expect(count).toBe(rateLimits.federation.burst + 1);
  expect(answer.body).toMatchObject({ errcode: 'M_LIMIT_EXCEEDED' });
});
