import { expect, test } from 'vitest';
import { isAllowedRedirectUri, isRegisteredRedirectUri, parseClientUri } from './redirect-uri.ts';

const clientUri = new URL('https://example.com/');

test.each([
  'https://example.com/callback',
  'https://app.example.com/callback',
  'https://example.com:5173/?query=value',
])('%s is good for all clients of example.com', (uri) => {
  expect([isAllowedRedirectUri(uri, clientUri, 'web'), isAllowedRedirectUri(uri, clientUri, 'native')]).toEqual([
    true,
    true,
  ]);
});

test.each([
  'com.example.app:/callback',
  'com.example:/',
  'com.example:callback',
  'http://localhost/callback',
  'http://127.0.0.1/callback',
  'http://[::1]/callback',
  'http://localhost:3001/login',
])('%s is good for native clients alone', (uri) => {
  expect([isAllowedRedirectUri(uri, clientUri, 'web'), isAllowedRedirectUri(uri, clientUri, 'native')]).toEqual([
    false,
    true,
  ]);
});

const HOSTILE = [
  '',
  ' ',
  'https://',
  'https:///example.com/',
  '//example.com/callback',
  '/callback',
  'callback',
  'https://example.com/callback#fragment',
  'https://example.com/#',
  'http://example.com/callback',
  'https://user@example.com/callback',
  'https://user:pass@example.com/callback',
  'https://example.com@evil.example/callback',
  'https://example.com:443/callback',
  'https://example.com:evil/callback',
  'https://example.com.evil.example/callback',
  'https://evil-example.com/callback',
  'https://evilexample.com/callback',
  'https://example.com./callback',
  'https://EXAMPLE.com/callback',
  'HTTPS://example.com/callback',
  'https:example.com/callback',
  'https:/example.com/callback',
  'https:\\\\example.com\\callback',
  'https://example.com\\@evil.example/',
  'https://evil.example\\.example.com/',
  'https://evil.example/.example.com',
  'https://evil.example?.example.com',
  'https://evil.example#.example.com',
  'https://example.com/a/../callback',
  'https://example.com/./callback',
  'https://example.com/call back',
  'https://example.com/call\nback',
  'https://example.com/\tcallback',
  ' https://example.com/callback',
  'https://example.com/callback\0',
  'https://exämple.com/callback',
  'https://example.com/cällback',
  'https://ｅxample.com/callback',
  'https://example。com/callback',
  'https://%65xample.com/callback',
  'https://127.0.0.1/callback',
  'https://localhost/callback',
  'https://[::1]/callback',
  'http://localhost:123456/callback',
  'http://localhost.evil.example/callback',
  'http://user@localhost/callback',
  'http://127.0.0.2/callback',
  'http://127.1/callback',
  'http://2130706433/callback',
  'example:/callback',
  'com.example.app://callback',
  'com.example.app:///callback',
  'com.example-evil:/callback',
  'com.examples:/callback',
  'com:/callback',
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'blob:https://example.com/x',
] as const;

test('there are enough hostile addresses', () => expect(HOSTILE.length).toBeGreaterThan(50));

test.each(HOSTILE)('%j is good for nobody', (uri) => {
  expect([isAllowedRedirectUri(uri, clientUri, 'web'), isAllowedRedirectUri(uri, clientUri, 'native')]).toEqual([
    false,
    false,
  ]);
});

test.each(HOSTILE)('%j is not taken for what was registered', (uri) => {
  const registered = ['https://example.com/callback', 'com.example.app:/callback', 'https://example.com/'];
  expect(isRegisteredRedirectUri(uri, registered)).toBe(false);
});

test('only on the loopback interface may the port be another one, and nothing else', () => {
  const registered = ['http://127.0.0.1/callback', 'http://[::1]:3001/login'];
  for (const uri of ['http://[::1]:3001/login', 'http://[::1]:49152/login', 'http://[::1]/login'])
    expect(isRegisteredRedirectUri(uri, registered)).toBe(true);
  expect(isRegisteredRedirectUri('http://127.0.0.1:49152/callback', registered)).toBe(true);
  for (const uri of [
    'http://127.0.0.1:49152/other',
    'http://127.0.0.1:49152/callback?x=1',
    'http://localhost:49152/callback',
    'http://user@127.0.0.1:49152/callback',
    'https://127.0.0.1:49152/callback',
  ])
    expect(isRegisteredRedirectUri(uri, registered)).toBe(false);
  expect(isRegisteredRedirectUri('https://example.com:8443/', ['https://example.com/'])).toBe(false);
  expect(isRegisteredRedirectUri('https://example.com/', ['https://example.com:8443/'])).toBe(false);
});

test.each([
  'http://example.com/',
  'https://com/',
  'https://192.0.2.1/',
  'https://localhost/',
  'https://a@example.com/',
])('%s is no base for addresses', (uri) => {
  expect(parseClientUri(uri)).toBeUndefined();
});
