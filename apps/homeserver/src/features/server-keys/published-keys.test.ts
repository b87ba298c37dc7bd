import { canonicalJson, type JsonObject } from '@stafette/protocol';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyWithNode } from './index.ts';

let homeserver: TestHomeserver;
beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());

interface PublishedKeys extends JsonObject {
  readonly verify_keys: Readonly<Record<string, { readonly key: string }>>;
  readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

test('the keys of the server are sent as they were signed', async () => {
  const response = await fetch(`${homeserver.baseUrl}/_matrix/key/v2/server`);
  expect(response.headers.get('content-type')).toBe('application/json');
  const text = await response.text();
  const keys = JSON.parse(text) as PublishedKeys;
  expect(text).toBe(canonicalJson(keys));
  const { signatures, ...signed } = keys;
  const [keyId = ''] = Object.keys(keys.verify_keys);
  const signature = Buffer.from(signatures[homeserver.serverName]?.[keyId] ?? '', 'base64');
  const key = Buffer.from(keys.verify_keys[keyId]?.key ?? '', 'base64');
  expect(verifyWithNode(key, Buffer.from(canonicalJson(signed)), signature)).toBe(true);
});
