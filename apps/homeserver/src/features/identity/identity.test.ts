import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let homeserver: TestHomeserver;

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());

test('a new account can be used at once', async () => {
  const anna = await homeserver.register('anna');
  expect(await homeserver.as(anna).get('/account/whoami')).toEqual({ user_id: anna.userId, device_id: anna.deviceId, is_guest: false });
});
