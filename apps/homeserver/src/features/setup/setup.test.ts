import { parseServerName, parseUserId, type ServerName } from '@stafette/protocol';
import { MatrixError } from '@stafette/contracts';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../database/sql.ts';
import { Listener } from '../../http/listener.ts';
import { silentLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import { createSetupApplication } from '../../setup-application.ts';
import { SetupService, type PreparedServer } from './service.ts';
import { makeSetupCode } from './setup-code.ts';

let testDatabase: TestDatabase;
let service: SetupService;
let url: string;
let nowMs = 1_000_000;
let code: string;
/** What became of each prepared server. */
let servers: string[];
const listener = new Listener();
const clock = { nowMs: () => nowMs };

const prepareServer = async ({ serverName }: { serverName: ServerName }): Promise<PreparedServer> => ({
  async prepareAdministrator({ loginName, password }) {
    if (password.length < 8) throw new MatrixError(400, 'M_WEAK_PASSWORD', 'Too short');
    return async (tx) => {
      // Stands for the account's rows, to see that they share the fate of the agency's.
      await tx.execute(sql`insert into jobs (kind, payload, run_at) values ('account', ${loginName}, 0)`);
      if (loginName === 'taken') throw new MatrixError(400, 'M_USER_IN_USE', 'Taken');
      const userId = parseUserId(`@a:${serverName}`);
      if (userId === undefined) throw new Error('not a user id');
      return userId;
    };
  },
  async activate(userId) {
    servers.push('active');
    return { userId, deviceId: 'D', accessToken: 'token' };
  },
  async discard() {
    servers.push('discarded');
  },
});

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  url = `http://127.0.0.1:${await listener.listen({ host: '127.0.0.1', port: 0 })}/_stafette/setup`;
});
afterAll(async () => {
  await listener.close(0);
  await testDatabase.drop();
});
beforeEach(async () => {
  const { database } = testDatabase;
  await database.write(async (tx) => {
    await tx.execute(sql`delete from agency`);
    await tx.execute(sql`delete from jobs`);
  });
  servers = [];
  service = new SetupService({ database, clock, random: systemRandom, fixedServerName: undefined, prepareServer });
  listener.use(await createSetupApplication(service, clock, silentLog));
  code = await service.issueCode();
});

const form = (changes: object = {}): object => ({
  code,
  agency_name: 'Amt für Beispiele',
  server_name: 'amt.example',
  admin: { login_name: 'anna', display_name: 'Anna', password: 'correct horse' },
  ...changes,
});

async function post(body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const state = async (): Promise<unknown> => ((await (await fetch(url)).json()) as Record<string, unknown>)['state'];
const accounts = async (): Promise<number> =>
  (await testDatabase.database.reader.query(sql`select 1 as one from jobs where kind = 'account'`)).length;

test('the right code creates the agency with its first administrator, and logs in', async () => {
  expect(await state()).toBe('needed');
  const answer = await post(form());
  expect(answer).toEqual({
    status: 200,
    body: { user_id: '@a:amt.example', access_token: 'token', device_id: 'D', home_server: 'amt.example' },
  });
  expect(await state()).toBe('done');
  expect(await service.findAgency()).toEqual({ name: 'Amt für Beispiele', serverName: parseServerName('amt.example') });
  expect(servers).toEqual(['active']);
});

test('the code may be typed in small letters, without dashes, and with look-alikes', async () => {
  expect(
    (await post(form({ code: code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l') })))
      .status,
  ).toBe(200);
});

test.each([
  ['another code', () => makeSetupCode(systemRandom)],
  ['a part of the code', () => code.slice(0, -1)],
  ['the code twice', () => code + code],
  ['nothing', () => ''],
])('%s is refused, and nothing is created', async (_name, wrong) => {
  expect(await post(form({ code: wrong() }))).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  expect(await state()).toBe('needed');
  expect(servers).toEqual([]);
  expect((await post(form())).status).toBe(200);
});

test('the code works once: neither a replay nor another form passes afterwards', async () => {
  expect((await post(form())).status).toBe(200);
  expect(await post(form())).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  expect((await post(form({ agency_name: 'Other' }))).status).toBe(403);
  expect((await service.findAgency())?.name).toBe('Amt für Beispiele');
  expect(await accounts()).toBe(1);
});

test('a code of an earlier start is refused', async () => {
  const earlier = code;
  code = await service.issueCode();
  expect((await post(form({ code: earlier }))).status).toBe(403);
  expect((await post(form())).status).toBe(200);
});

test('of several forms at the same moment one succeeds', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(async (index) => post(form({ agency_name: `Agency ${index}` }))));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403]);
  expect(await accounts()).toBe(1);
});

test('two servers over one database cannot both create an agency', async () => {
  const other = new SetupService({
    database: testDatabase.database,
    clock,
    random: systemRandom,
    fixedServerName: undefined,
    prepareServer,
  });
  const request = {
    code,
    agencyName: 'A',
    serverName: 'amt.example',
    administrator: { loginName: 'anna', displayName: 'Anna', password: 'correct horse' },
  };
  const results = await Promise.allSettled([service.complete(request), other.complete(request)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await accounts()).toBe(1);
});

test.each([
  ['whose password is too weak', { login_name: 'anna', display_name: 'Anna', password: 'short' }, 'M_WEAK_PASSWORD'],
  [
    'whose name turns out to be taken',
    { login_name: 'taken', display_name: 'Anna', password: 'correct horse' },
    'M_USER_IN_USE',
  ],
])('an administrator %s leaves no agency behind, and the code stays good', async (_name, admin, errcode) => {
  expect(await post(form({ admin }))).toMatchObject({ status: 400, body: { errcode } });
  expect(await state()).toBe('needed');
  expect(servers).toEqual(['discarded']);
  expect(await accounts()).toBe(0);
  expect((await post(form())).status).toBe(200);
});

test.each([
  ['a server name with a space', { server_name: 'amt example' }],
  ['an empty server name', { server_name: '' }],
  ['a blank agency name', { agency_name: '   ' }],
  ['no administrator', { admin: undefined }],
  ['a password that is a number', { admin: { login_name: 'a', display_name: 'A', password: 12345678 } }],
  ['a code that is a list', { code: ['a'] }],
])("%s is refused as the sender's mistake", async (_name, changes) => {
  expect((await post(form(changes))).status).toBe(400);
  expect(await state()).toBe('needed');
});

test('a server name fixed by the configuration is announced and required', async () => {
  const fixed = new SetupService({
    database: testDatabase.database,
    clock,
    random: systemRandom,
    fixedServerName: 'fixed.example',
    prepareServer,
  });
  listener.use(await createSetupApplication(fixed, clock, silentLog));
  expect(await (await fetch(url)).json()).toEqual({
    state: 'needed',
    server_name: 'fixed.example',
    server_name_is_fixed: true,
  });
  expect((await post(form())).status).toBe(400);
  expect((await post(form({ server_name: 'fixed.example' }))).status).toBe(200);
});

test('guessing is slowed down, for right and wrong codes alike, and asking for the state is not', async () => {
  for (let index = 0; index < 5; index += 1) expect((await post(form({ code: 'wrong' }))).status).toBe(403);
  expect(await post(form())).toMatchObject({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED' } });
  expect(await state()).toBe('needed');
  nowMs += 10_000;
  expect((await post(form())).status).toBe(200);
});

test('only a hash of the code is stored', async () => {
  const rows = await testDatabase.database.reader.query<{ dump: string }>(
    sql`select encode(sha256, 'escape') as dump from setup_code`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.dump).not.toContain(code.replaceAll('-', ''));
});
