import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { loadConformanceConfig } from './conformance.ts';
import { claimDataMode } from './data-mode.ts';
import { loadConfig } from './load.ts';
import { documentationOf, listConfigKeys } from './config-keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'stafette-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function load(yaml?: string, environment: Record<string, string> = {}): Config {
  files += 1;
  const workingDirectory = mkdtempSync(join(directory, `${files}-`));
  if (yaml !== undefined) writeFileSync(join(workingDirectory, 'stafette.yaml'), yaml);
  return loadConfig({ environment, workingDirectory, isTerminal: false });
}

function problemsOf(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map((problem) => problem.replace(/^.*stafette\.yaml/, 'stafette.yaml'));
    throw error;
  }
  throw new Error('it was accepted');
}

test('nothing has to be configured', () => {
  const config = load();
  expect(config.listeners).toEqual([{ host: 'localhost', port: 8008, tls: undefined }]);
  expect(config.operations).toEqual({ host: '127.0.0.1', port: 9008, isRequired: false });
  expect(config.publicUrl).toBe('http://localhost:8008');
  expect(config.dataDirectory).toMatch(/\/data$/);
  expect(config.database.url).toBeUndefined();
  expect(config.features.openRegistration).toBe(false);
  expect(config.appservicesDirectory).toBeUndefined();
});

test('the environment is stronger than the file, the file stronger than the default', () => {
  const yaml = 'listen: 127.0.0.1:1000\nlog:\n  level: warn\ntrusted_proxies: [10.0.0.1]\n';
  const config = load(yaml, {
    STAFETTE_LISTEN: '[::]:2000',
    STAFETTE_DATA: '/srv/stafette',
    DATABASE_URL: 'postgresql://x/y',
    STAFETTE_TRUSTED_PROXIES: '::1, 10.0.0.0/8',
  });
  expect(config.listeners[0]).toMatchObject({ host: '::', port: 2000 });
  expect(config.log.level).toBe('warn');
  expect(config.dataDirectory).toBe('/srv/stafette');
  expect(config.database.url).toBe('postgresql://x/y');
  expect(config.trustedProxies).toEqual(['::1', '10.0.0.0/8']);
});

test.each([
  ['0.0.0.0:80', 'http://localhost:80'],
  ['[::]:8008', 'http://localhost:8008'],
  ['192.0.2.1:8008', 'http://192.0.2.1:8008'],
  ['[::1]:8008', 'http://[::1]:8008'],
  ['9000', 'http://localhost:9000'],
])('listening at %s, people go to %s unless told otherwise', (listen, url) => {
  expect(load(undefined, { STAFETTE_LISTEN: listen }).publicUrl).toBe(url);
  expect(load('public_url: https://chat.amt.example/\n', { STAFETTE_LISTEN: listen }).publicUrl).toBe(
    'https://chat.amt.example',
  );
});

test('numbers are read from file and environment, and nothing else passes for one', () => {
  expect(load().maxUploadBytes).toBe(100 * 1024 * 1024);
  expect(load('media:\n  max_upload_mib: 5\n').maxUploadBytes).toBe(5 * 1024 * 1024);
  expect(load(undefined, { STAFETTE_MEDIA_MAX_UPLOAD_MIB: '7' }).maxUploadBytes).toBe(7 * 1024 * 1024);
  for (const value of ['0', '1e3', '-1', '5.5', 'many']) {
    expect(problemsOf(() => load(undefined, { STAFETTE_MEDIA_MAX_UPLOAD_MIB: value }))).toHaveLength(1);
    expect(problemsOf(() => load(`media: { max_upload_mib: "${value}" }\n`))).toHaveLength(1);
  }
});

test('the version of new rooms is chosen among those that are safe', () => {
  expect(load().defaultRoomVersion).toBe('12');
  expect(load('rooms:\n  default_version: 11\n').defaultRoomVersion).toBe('11');
  expect(problemsOf(() => load('rooms: { default_version: 9 }\n'))).toHaveLength(1);
});

test('what is no address and no network is no proxy', () => {
  const good = ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'];
  expect(load(undefined, { STAFETTE_TRUSTED_PROXIES: good.join() }).trustedProxies).toEqual(good);
  for (const value of ['[127.0.0.1]', 'proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129'])
    expect(problemsOf(() => load(`trusted_proxies: ["::1", "${value}"]\n`))).toEqual([
      'stafette.yaml:1:18: "trusted_proxies" must be a list of addresses or networks like 10.0.0.0/8',
    ]);
});

test('an unknown key is an error with place and suggestion', () => {
  expect(problemsOf(() => load('listen: localhost:1\nlog:\n  lvel: info\nserver-name: a.example\n'))).toEqual([
    'stafette.yaml:3:3: unknown key "log.lvel". Did you mean "level"?',
    'stafette.yaml:4:1: unknown key "server-name". Did you mean "server_name"?',
  ]);
});

test('a key in the wrong group is pointed to the right one', () => {
  expect(problemsOf(() => load('level: info\n'))).toEqual([
    'stafette.yaml:1:1: unknown key "level". Did you mean "log.level"?',
  ]);
});

test('a key that resembles nothing lists what there is', () => {
  expect(problemsOf(() => load('operations:\n  xyzzy: 1\n'))[0]).toBe(
    'stafette.yaml:2:3: unknown key "operations.xyzzy". Known here: listen',
  );
});

test('names of object members are unknown keys like others', () => {
  expect(problemsOf(() => load('constructor: 1\n__proto__: 2\n'))).toHaveLength(2);
});

test('a wrong value says what is expected, and all problems come at once', () => {
  expect(problemsOf(() => load('listen: nowhere\nlog:\n  level: loud\ndata: 5\nlog2: 1\n'))).toEqual([
    'stafette.yaml:1:9: "listen" must be an address like localhost:8008 or [::]:8008',
    'stafette.yaml:3:10: "log.level" must be one of trace, debug, info, warn, error, fatal, silent',
    'stafette.yaml:4:7: "data" must be a folder',
    'stafette.yaml:5:1: unknown key "log2". Did you mean "log"?',
  ]);
  expect(problemsOf(() => load(undefined, { STAFETTE_LISTEN: 'nowhere' }))).toEqual([
    'STAFETTE_LISTEN in the environment must be an address like localhost:8008 or [::]:8008',
  ]);
});

test('a file that is not YAML, or has a key twice, is an error with its place', () => {
  expect(problemsOf(() => load('listen: [\n'))[0]).toMatch(/^stafette\.yaml:\d+:\d+: /);
  expect(problemsOf(() => load('listen: a:1\nlisten: b:1\n'))[0]).toMatch(/^stafette\.yaml:2:1: .*unique/);
});

test('a secret can be in a file', () => {
  const secret = join(directory, 'database-url');
  writeFileSync(secret, 'postgresql://anna:geheim@db/stafette\n');
  expect(load(`database:\n  url_file: ${secret}\n`).database.url).toBe('postgresql://anna:geheim@db/stafette');
  expect(load(undefined, { DATABASE_URL_FILE: secret }).database.url).toBe('postgresql://anna:geheim@db/stafette');
  expect(problemsOf(() => load(undefined, { DATABASE_URL_FILE: '/nowhere' }))).toEqual([
    'DATABASE_URL_FILE: the file /nowhere cannot be read',
  ]);
});

test('a problem with a secret does not repeat it', () => {
  expect(problemsOf(() => load(undefined, { DATABASE_URL: 'geheim' })).join()).not.toContain('geheim');
});

test('a named file that does not exist is an error', () => {
  expect(problemsOf(() => load(undefined, { STAFETTE_CONFIG: 'other.yaml' }))[0]).toContain(
    'other.yaml does not exist',
  );
});

test('every key is documented', () => {
  const keys = listConfigKeys();
  expect(keys.length).toBeGreaterThan(10);
  for (const { path, schema } of keys)
    expect(`${path.join('.')}: ${documentationOf(schema).description}`).toMatch(/: [A-Z`].*\.$/);
});

const conformance = { HS_SERVER_NAME: 'hs1', HS_CLIENT_ADDR: '127.0.0.1:8008', HS_DATA: 'hs-data' };

test('the conformance mode comes from the environment alone', () => {
  const config = loadConformanceConfig(
    {
      ...conformance,
      HS_FEDERATION_ADDR: '127.0.0.1:8448',
      HS_TLS_CERT: 'c.pem',
      HS_TLS_KEY: '/k.pem',
      HS_REG_SECRET: 's',
      HS_ROOM_VERSION: '11',
      HS_SMTP: 'mail:25',
      HS_APPSERVICES: 'bridges',
    },
    '/srv',
  );
  expect(config).toMatchObject({
    mode: 'conformance',
    serverName: 'hs1',
    dataDirectory: '/srv/hs-data',
    defaultRoomVersion: '11',
    appservicesDirectory: '/srv/bridges',
    listeners: [
      { host: '127.0.0.1', port: 8008 },
      { host: '127.0.0.1', port: 8448, tls: { certificateFile: '/srv/c.pem', keyFile: '/k.pem' } },
    ],
    conformance: { registrationSecret: 's' },
    mail: { host: 'mail', port: 25, security: 'none' },
  });
  expect(config.features.openRegistration).toBe(true);
  expect([config.features.openFederation, config.deviceNamesOverFederation]).toEqual([true, true]);
});

test('an agency speaks with nobody, and tells nobody what devices are called, unless it says so', () => {
  const closed = load(undefined);
  expect([closed.federationList, closed.deviceNamesOverFederation]).toEqual([[], false]);
  const open = load('federation:\n  allow: [other.example]\n  device_names: true\n');
  expect([open.federationList, open.deviceNamesOverFederation]).toEqual([['other.example'], true]);
  expect([closed.features.openFederation, open.features.openFederation]).toEqual([false, false]);
});

test('the conformance mode names every variable that is missing', () => {
  expect(problemsOf(() => loadConformanceConfig({ HS_FEDERATION_ADDR: 'x' }, '/'))).toEqual([
    'HS_SERVER_NAME must be set in the conformance mode',
    'HS_CLIENT_ADDR must be set in the conformance mode',
    'HS_DATA must be set in the conformance mode',
    'HS_FEDERATION_ADDR must be an address like 127.0.0.1:8008',
  ]);
  expect(problemsOf(() => loadConformanceConfig({ ...conformance, HS_FEDERATION_ADDR: ':8448' }, '/'))).toHaveLength(1);
});

test.each([
  ['agency', 'conformance'],
  ['conformance', 'agency'],
] as const)('a data directory of the %s mode is refused in the %s mode, for ever', (first, second) => {
  const data = mkdtempSync(join(directory, 'data-'));
  claimDataMode(data, first);
  expect(problemsOf(() => claimDataMode(data, second))[0]).toContain('Choose another directory');
  claimDataMode(data, first);
});

test('administrators neither read in rooms of others nor act as others unless the operator says so', () => {
  expect(load().administration).toEqual({ mayReadRooms: false, mayActAsPeople: false });
  expect(load('administration:\n  may_read_rooms: true\n').administration.mayReadRooms).toBe(true);
  expect(load('administration:\n  may_act_as_people: true\n').administration.mayActAsPeople).toBe(true);
});

test('messages are not kept for longer where a room says nothing than where it may say something', () => {
  const yaml = (days: number) => `retention:\n  default_max_lifetime_days: ${days}\n  allowed_max_days: 30\n`;
  expect(load(yaml(30)).retention.defaultMs).toBe(30 * 24 * 60 * 60 * 1000);
  expect(problemsOf(() => load(yaml(31)))).toEqual([
    expect.stringContaining('retention.default_max_lifetime_days must not be more than retention.allowed_max_days'),
  ]);
});
