import { admin as adminApi, clientServer, type EndpointDefinition } from '@stafette/contracts';
import {
  passwordOf,
  startHomeserver,
  type Answer,
  type TestClient,
  type TestHomeserver,
  type TestUser,
} from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let admin: TestClient;
let users = 0;

beforeAll(async () => {
  homeserver = await startHomeserver();
  admin = homeserver.as(await homeserver.registerAdministrator('admin'));
});
afterAll(async () => homeserver.stop());

const endpoints: Readonly<Record<string, EndpointDefinition>> = { ...clientServer, ...adminApi };
const withToken = Object.entries(endpoints).filter(([, { auth }]) => auth !== 'none' && auth !== 'appserviceOrNone');

async function ask(client: TestClient, { method, path }: EndpointDefinition): Promise<Answer> {
  return client.try(method, path.replaceAll(/:[A-Za-z]+/g, 'x'), method === 'GET' ? undefined : {});
}
const moderate = async (user: TestUser, kind: 'lock' | 'suspend'): Promise<void> => {
  const path = `/_matrix/client/v1/admin/${kind}/${encodeURIComponent(user.userId)}`;
  await admin.put(path, kind === 'lock' ? { locked: true } : { suspended: true });
};
const newUser = async (): Promise<{ readonly name: string; readonly user: TestUser }> => {
  const name = `user${(users += 1)}`;
  return { name, user: await homeserver.register(name) };
};

describe('on every route that takes a token', () => {
  test('there are routes to look at', () => {
    expect(withToken.length).toBeGreaterThan(80);
  });

  test('a locked account is told so, but for logging out', async () => {
    const { user } = await newUser();
    await moderate(user, 'lock');
    for (const [operationId, endpoint] of withToken.filter(([, { whileLocked }]) => whileLocked !== true)) {
      const { status, body } = await ask(homeserver.as(user), endpoint);
      expect([operationId, status, body['errcode'], body['soft_logout']]).toEqual([
        operationId,
        401,
        'M_USER_LOCKED',
        true,
      ]);
    }
    expect(withToken.filter(([, { whileLocked }]) => whileLocked === true).map(([operationId]) => operationId)).toEqual(
      ['logout', 'logout_all'],
    );
  });

  test('a suspended account writes only what is marked', async () => {
    const { user } = await newUser();
    await moderate(user, 'suspend');
    const writing = withToken.filter(
      ([, { method, auth, whileSuspended }]) => method !== 'GET' && auth !== 'admin' && whileSuspended !== true,
    );
    expect(writing.length).toBeGreaterThan(10);
    for (const [operationId, endpoint] of writing) {
      const { status, body } = await ask(homeserver.as(user), endpoint);
      expect([operationId, status, body['errcode']]).toEqual([operationId, 403, 'M_USER_SUSPENDED']);
    }
  });

  test('a deactivated account is unknown', async () => {
    const { name, user } = await newUser();
    await homeserver
      .as(user)
      .post('/account/deactivate', { auth: { type: 'm.login.password', password: passwordOf(name) } });
    for (const [operationId, endpoint] of withToken) {
      const { status, body } = await ask(homeserver.as(user), endpoint);
      expect([operationId, status, body['errcode']]).toEqual([operationId, 401, 'M_UNKNOWN_TOKEN']);
    }
  });

  test('somebody who is no administrator is refused what is for administrators', async () => {
    const { user } = await newUser();
    for (const [operationId, endpoint] of withToken.filter(([, { auth }]) => auth === 'admin')) {
      const { status, body } = await ask(homeserver.as(user), endpoint);
      expect([operationId, status, body['errcode']]).toEqual([operationId, 403, 'M_FORBIDDEN']);
    }
  });

  test('a guest does only what is marked', async () => {
    const guest = await homeserver.anonymous.post<{ access_token: string }>('/register?kind=guest', {});
    for (const [operationId, endpoint] of withToken.filter(
      ([, { auth, guests }]) => auth !== 'admin' && guests !== true,
    )) {
      const { status, body } = await ask(homeserver.as({ accessToken: guest.access_token }), endpoint);
      expect([operationId, status, body['errcode']]).toEqual([operationId, 403, 'M_GUEST_ACCESS_FORBIDDEN']);
    }
  });
});

test('a token that is looked up while it ends is not remembered', async () => {
  const { name } = await newUser();
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password: passwordOf(name) };
  for (let round = 0; round < 30; round += 1) {
    const { access_token: accessToken } = await homeserver.anonymous.post<{ access_token: string }>('/login', login);
    const client = homeserver.as({ accessToken });
    const others = Array.from({ length: 5 }, async () => client.try('GET', '/account/whoami'));
    await client.post('/logout');
    expect((await client.try('GET', '/account/whoami')).status).toBe(401);
    await Promise.all(others);
    expect((await client.try('GET', '/account/whoami')).status).toBe(401);
  }
});
