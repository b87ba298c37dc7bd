import { admin, type EndpointDefinition } from '@stafette/contracts';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestHomeserver;
let callers: readonly TestClient[];
beforeAll(async () => {
  server = await startHomeserver();
  const { access_token: accessToken } = await server.anonymous.post<{ access_token: string }>(
    '/register?kind=guest',
    {},
  );
  callers = [server.as({ accessToken }), server.as(await server.register('anna'))];
});
afterAll(async () => server.stop());

const endpoints: Readonly<Record<string, EndpointDefinition>> = admin;
const forAdministrators = Object.values(endpoints).filter(({ auth }) => auth === 'admin');

test('neither guests nor people get anything of administrators, whatever they ask with', async () => {
  expect(forAdministrators.length).toBeGreaterThan(80);
  for (const { method, path, aliases = [] } of forAdministrators)
    for (const address of [path, ...aliases])
      for (const caller of callers)
        expect(
          await caller.try(method, address.replaceAll(/:[A-Za-z]+/g, 'x'), method === 'GET' ? undefined : {}),
        ).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
});
