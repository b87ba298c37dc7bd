import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from './platform/process-liveness.ts';

/** A busy machine takes its time; a program that cannot start ends, and nobody waits for it. */
const START_PATIENCE_MS = 60_000;
// The longest test starts the program three times.
vi.setConfig({ testTimeout: 3 * START_PATIENCE_MS, hookTimeout: 3 * START_PATIENCE_MS });

const root = mkdtempSync(join(tmpdir(), 'stafette-run-'));
chmodSync(root, 0o711);
const agencyData = join(root, 'agency');
const conformanceData = join(root, 'conformance');
const program = fileURLToPath(new URL('main.ts', import.meta.url));

interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly said: () => string;
  readonly complained: () => string;
  readonly ended: Promise<{ code: number | null }>;
}

const runs: Run[] = [];

function run(args: readonly string[], environment: Record<string, string>): Run {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], STAFETTE_OPERATIONS_LISTEN: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code: typeof code === 'number' ? code : null }));
  const started: Run = { child, said: () => said, complained: () => complained, ended };
  runs.push(started);
  return started;
}

const runAgency = (environment: Record<string, string> = {}): Run =>
  run([], { STAFETTE_DATA: agencyData, STAFETTE_LISTEN: '127.0.0.1:0', STAFETTE_WEB_DIRECTORY: 'off', ...environment });

const runConformance = (environment: Record<string, string> = {}): Run =>
  run(['conformance'], {
    HS_SERVER_NAME: 'hs1',
    HS_CLIENT_ADDR: '127.0.0.1:0',
    HS_DATA: conformanceData,
    STAFETTE_OPERATIONS_LISTEN: '',
    ...environment,
  });

/** The address of the ready line. */
async function urlOf({ said, complained, ended }: Run): Promise<string> {
  const ready = vi.waitFor(
    () => {
      const url = /^Stafette is ready at (\S+)$/m.exec(said())?.[1];
      if (url === undefined) throw new Error(`not ready: ${complained()}`);
      return url;
    },
    { timeout: START_PATIENCE_MS, interval: 10 },
  );
  const failed = ended.then(({ code }): never => {
    throw new Error(`ended with ${code}: ${complained()}`);
  });
  return Promise.race([ready, failed]);
}

const postgresPid = (data: string): number =>
  Number.parseInt(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);

/** PostgreSQL writes this file when a cluster is made, and never again. */
const madeAtMs = (data: string): number => statSync(join(data, 'postgres/cluster/PG_VERSION')).mtimeMs;

let firstMadeAtMs: number;

/** The first start of each mode makes the database, which takes its time. */
beforeAll(async () => {
  for (const first of [runAgency(), runConformance()]) {
    await urlOf(first);
    first.child.kill('SIGTERM');
    await first.ended;
  }
  firstMadeAtMs = madeAtMs(agencyData);
});
afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the second start finds the database of the first one, and %s ends everything',
  async (signal) => {
    const server = runAgency();
    const url = await urlOf(server);
    expect(madeAtMs(agencyData)).toBe(firstMadeAtMs);
    expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
    expect(await (await fetch(`${url}/_stafette/setup`)).json()).toMatchObject({ state: 'needed' });
    expect(server.said()).toMatch(/Set-up code: ([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/m);
    expect(server.complained()).not.toMatch(/([0-9A-Z]{4}-){4}[0-9A-Z]{4}/);
    const pid = postgresPid(agencyData);
    server.child.kill(signal);
    expect(await server.ended).toEqual({ code: 0 });
    expect(isAlive(pid)).toBe(false);
  },
);

test('the two signals of one Ctrl-C under npm end it as cleanly as one', async () => {
  const server = runAgency();
  await urlOf(server);
  const pid = postgresPid(agencyData);
  server.child.kill('SIGINT');
  server.child.kill('SIGINT');
  await vi.waitFor(() => expect(server.complained()).toContain('ending'), { interval: 1 });
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual({ code: 0 });
  expect(isAlive(pid)).toBe(false);
});

test('the set-up makes the complete server answer without a restart, once and for good', async () => {
  const data = { STAFETTE_DATA: join(root, 'set-up') };
  const first = runAgency(data);
  const url = await urlOf(first);
  const form = {
    code: await vi.waitFor(() => /Set-up code: (\S+)/.exec(first.said())?.[1] ?? expect.unreachable()),
    agency_name: 'Amt',
    server_name: 'amt.example',
    admin: { login_name: 'anna', display_name: 'Anna', password: 'correct horse battery' },
  };
  const complete = async (at: string): Promise<Response> =>
    fetch(`${at}/_stafette/setup`, { method: 'POST', body: JSON.stringify(form) });
  expect((await fetch(`${url}/_matrix/client/versions`)).status).toBe(404);
  const login: unknown = await (await complete(url)).json();
  expect(login).toMatchObject({
    user_id: expect.stringMatching(/^@[a-z0-9]+:amt\.example$/),
    access_token: expect.any(String),
  });
  // The member was checked to be text.
  const token = (login as { readonly access_token: string }).access_token;
  const whoami = async (at: string): Promise<unknown> =>
    (await fetch(`${at}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${token}` } })).json();
  expect(await whoami(url)).toMatchObject({ user_id: expect.stringMatching(/:amt\.example$/) });
  expect((await complete(url)).status).toBe(403);
  first.child.kill('SIGTERM');
  await first.ended;

  const second = runAgency(data);
  const secondUrl = await urlOf(second);
  expect(second.said()).not.toContain('Set-up code');
  expect(await (await fetch(`${secondUrl}/_stafette/setup`)).json()).toEqual({ state: 'done' });
  expect((await complete(secondUrl)).status).toBe(403);
  expect(await whoami(secondUrl)).toMatchObject({ user_id: expect.stringMatching(/:amt\.example$/) });
  second.child.kill('SIGTERM');
  await second.ended;

  const renamed = runAgency({ ...data, STAFETTE_SERVER_NAME: 'other.example' });
  expect(await renamed.ended).toEqual({ code: 1 });
  expect(renamed.complained()).toContain('never changes');
});

// Left alone, the request has fifteen minutes to arrive, longer than a test may take.
test('a client that hangs does not keep the server from ending', async () => {
  const server = runAgency();
  const { port } = new URL(await urlOf(server));
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.write('POST /_stafette/setup HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
  await once(socket, 'connect');
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0 });
});

test('after a kill of the server the next one takes over its database', async () => {
  const first = runAgency();
  await urlOf(first);
  const pid = postgresPid(agencyData);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(isAlive(pid)).toBe(true);
  const second = runAgency();
  await urlOf(second);
  expect(postgresPid(agencyData)).toBe(pid);
});

test('after a kill of server and database the next start recovers', async () => {
  const first = runAgency();
  await urlOf(first);
  process.kill(postgresPid(agencyData), 'SIGKILL');
  first.child.kill('SIGKILL');
  await first.ended;
  const url = await urlOf(runAgency());
  expect((await fetch(`${url}/_stafette/setup`)).status).toBe(200);
});

test('the server goes on when its database was killed', async () => {
  const server = runAgency();
  const url = await urlOf(server);
  process.kill(postgresPid(agencyData), 'SIGKILL');
  await vi.waitFor(async () => expect((await fetch(`${url}/_stafette/setup`)).status).toBe(200), {
    timeout: 10_000,
    interval: 50,
  });
});

test('a second server on the same data is refused and says what to do, the first goes on', async () => {
  const first = runAgency();
  const url = await urlOf(first);
  const second = runAgency();
  expect(await second.ended).toEqual({ code: 1 });
  expect(second.complained()).toContain('STAFETTE_DATA');
  expect((await fetch(`${url}/_stafette/setup`)).status).toBe(200);
});

test('a port that is taken is said to be, and leaves no database running', async () => {
  const first = runAgency();
  const { host } = new URL(await urlOf(first));
  const second = runAgency({ STAFETTE_LISTEN: host, STAFETTE_DATA: conformanceData.replace('conformance', 'other') });
  expect(await second.ended).toEqual({ code: 1 });
  expect(second.complained()).toContain('STAFETTE_LISTEN');
  expect(existsSync(join(root, 'other/postgres/cluster/postmaster.pid'))).toBe(false);
});

test('the conformance mode warns at every start and serves its name', async () => {
  const server = runConformance();
  const url = await urlOf(server);
  expect(server.complained()).toContain('CONFORMANCE MODE');
  expect((await fetch(`${url}/_matrix/client/versions`)).status).toBe(200);
  expect(await (await fetch(`${url}/_matrix/client/nothing`)).json()).toMatchObject({ errcode: 'M_UNRECOGNIZED' });
  expect((await fetch(`${url}/_stafette/setup`)).status).toBe(404);
});

test('data of one mode is refused in the other, both ways', async () => {
  const conformance = runConformance({ HS_DATA: agencyData });
  expect(await conformance.ended).toEqual({ code: 1 });
  expect(conformance.complained()).toContain('agency mode');
  const agency = runAgency({ STAFETTE_DATA: conformanceData });
  expect(await agency.ended).toEqual({ code: 1 });
  expect(agency.complained()).toContain('conformance mode');
});

test('a wrong configuration ends with 2 and a line for each problem', async () => {
  const server = runAgency({ STAFETTE_LISTEN: 'nowhere', STAFETTE_LOG_LEVEL: 'loud' });
  expect(await server.ended).toEqual({ code: 2 });
  expect(server.complained()).toContain('STAFETTE_LISTEN in the environment must be');
  expect(server.complained()).toContain('STAFETTE_LOG_LEVEL in the environment must be');
});
