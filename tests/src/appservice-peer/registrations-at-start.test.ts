import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, silentLog, startServer, type RunningServer } from '@stafette/homeserver';
import { loadConformanceConfig } from '@stafette/homeserver/config/index.ts';
import { createTestDatabase, TestClient, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseUrl } from '../e2e/agency-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-registrations-'));
let database: TestDatabase;

const REGISTRATION = [
  'id: demo',
  'url: null',
  'as_token: demo-as-token',
  'hs_token: demo-hs-token',
  'sender_localpart: _demo_bot',
  'namespaces: { users: [{ exclusive: true, regex: "@_demo_.*" }] }',
].join('\n');

async function start(): Promise<RunningServer> {
  const environment = {
    HS_SERVER_NAME: 'test.example',
    HS_CLIENT_ADDR: '127.0.0.1:0',
    HS_DATA: join(directory, 'data'),
    HS_DATABASE_URL: databaseUrl(database),
    HS_APPSERVICES: directory,
  };
  return startServer(loadConformanceConfig(environment, directory), silentLog);
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

test('a server with a registration that is wrong does not start, and says what is wrong', async () => {
  const file = join(directory, 'demo.yaml');
  writeFileSync(file, REGISTRATION.replace('"@_demo_.*"', '"@_demo_(a+)+"'));
  const failure = await start().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(`${file}: "namespaces.users[0].regex" is refused`);
  writeFileSync(file, REGISTRATION);
  const server = await start();
  const service = new TestClient(server.url, 'demo-as-token');
  expect(await service.get('/account/whoami')).toMatchObject({ user_id: '@_demo_bot:test.example' });
  await server.stop();
});
