import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../platform/log.ts';
import { withClient } from './connection.ts';
import { openPostgres, type PostgresConfig, type PostgresHandle } from './index.ts';
import { isAlive } from '../../platform/process-liveness.ts';

const root = mkdtempSync(join(tmpdir(), 'stafette-pg-'));
// A service user has to get through.
chmodSync(root, 0o711);
const dataDirectory = join(root, 'data');
const open: PostgresHandle[] = [];

async function start(config: Partial<PostgresConfig> = {}): Promise<PostgresHandle> {
  const handle = await openPostgres({ dataDirectory, settings: { shared_buffers: '32MB' }, ...config }, silentLog);
  open.push(handle);
  return handle;
}

const valueOf = async (handle: PostgresHandle, text: string): Promise<unknown> =>
  withClient(
    handle.connection,
    async (client) => Object.values((await client.query<Record<string, unknown>>(text)).rows[0] ?? {})[0],
  );

const pidOf = (handle: PostgresHandle): number => {
  if (handle.pid === undefined) throw new Error('not embedded');
  return handle.pid;
};

afterEach(async () => {
  for (const handle of open.splice(0)) await handle.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the embedded PostgreSQL', () => {
  beforeAll(async () => {
    await (await start()).stop();
  });

  test('has checksums, the builtin collation, UTF-8, and no network socket', async () => {
    const handle = await start();
    expect(await valueOf(handle, 'show data_checksums')).toBe('on');
    expect(await valueOf(handle, 'show listen_addresses')).toBe('');
    expect(await valueOf(handle, 'show synchronous_commit')).toBe('on');
    expect(
      await valueOf(
        handle,
        "select concat_ws(' ', datlocprovider, datlocale, pg_encoding_to_char(encoding)) from pg_database where datname = current_database()",
      ),
    ).toBe('b C.UTF-8 UTF8');
  });

  test('lies in a directory that only its user can enter', async () => {
    await start();
    const stats = statSync(join(dataDirectory, 'postgres'));
    expect(stats.mode & 0o777).toBe(0o700);
    if (process.getuid?.() === 0) expect(stats.uid).not.toBe(0);
  });

  test('keeps what was committed over a stop and a start', async () => {
    const first = await start();
    await withClient(first.connection, async (client) => client.query('create table kept as select 42 as answer'));
    const firstPid = pidOf(first);
    await first.stop();
    expect(isAlive(firstPid)).toBe(false);
    const second = await start();
    expect(await valueOf(second, 'select answer from kept')).toBe(42);
  });

  test('is taken over when its server was killed', async () => {
    const path = fileURLToPath(new URL('index.ts', import.meta.url));
    const logPath = fileURLToPath(new URL('../../platform/log.ts', import.meta.url));
    const script = `
      const { openPostgres } = await import(${JSON.stringify(path)});
      const { silentLog } = await import(${JSON.stringify(logPath)});
      const handle = await openPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, settings: { shared_buffers: '32MB' } }, silentLog);
      process.stdout.write(String(handle.pid));
    `;
    const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      server.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    expect(isAlive(pid)).toBe(true);
    const handle = await start();
    expect(pidOf(handle)).toBe(pid);
    expect(await valueOf(handle, 'select 1')).toBe(1);
  });

  test('is replaced rather than taken over when its settings differ', async () => {
    const first = await start();
    const firstPid = pidOf(first);
    first.release();
    open.length = 0;
    const second = await start({ settings: { shared_buffers: '48MB' } });
    expect(pidOf(second)).not.toBe(firstPid);
    expect(await valueOf(second, 'show shared_buffers')).toBe('48MB');
  });

  test('comes back by itself after a kill, with everything that was committed', async () => {
    const handle = await start();
    await withClient(handle.connection, async (client) => client.query('create table survived as select 1 as row'));
    const pid = pidOf(handle);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(pidOf(handle)).not.toBe(pid), { timeout: 10_000, interval: 20 });
    expect(await valueOf(handle, 'select count(*)::int from survived')).toBe(1);
  });

  test('starts over a postmaster.pid that a reboot left behind', async () => {
    const first = await start();
    const file = join(dataDirectory, 'postgres/cluster/postmaster.pid');
    first.release();
    open.length = 0;
    process.kill(pidOf(first), 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(pidOf(first))).toBe(false), { interval: 5 });
    // The id now belongs to a stranger: this very process.
    const stale = readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid));
    execFileSync('tee', [file], { input: stale, stdio: ['pipe', 'ignore', 'inherit'] });
    const second = await start();
    expect(await valueOf(second, 'select 1')).toBe(1);
  });

  test('puts its socket elsewhere when the path of the data directory is too long for one', async () => {
    const long = join(root, 'x'.repeat(120));
    const handle = await start({ dataDirectory: long });
    expect(await valueOf(handle, 'select 1')).toBe(1);
    expect(String(handle.connection.host).length).toBeLessThan(90);
    expect(statSync(String(handle.connection.host)).mode & 0o777).toBe(0o700);
    rmSync(String(handle.connection.host), { recursive: true, force: true });
  });

  test('an empty data directory that is closed to others is used as it is', async () => {
    const made = join(root, 'made');
    mkdirSync(made, { mode: 0o700 });
    await start({ dataDirectory: made });
    expect(existsSync(join(made, 'postgres/cluster'))).toBe(true);
    expect(existsSync(join(made, 'postgres.location'))).toBe(false);
  });

  test('a data directory made by somebody in a closed place is served from another place', async () => {
    const closed = join(root, 'closed');
    mkdirSync(join(closed, 'data'), { recursive: true });
    chmodSync(closed, 0o700);
    const fallbackParent = join(root, 'fallback');
    mkdirSync(fallbackParent, { mode: 0o711 });
    for (const round of [1, 2]) {
      const handle = await start({ dataDirectory: join(closed, 'data'), fallbackParent });
      expect(await valueOf(handle, `select ${round}`)).toBe(round);
      await handle.stop();
    }
    // An ordinary user's PostgreSQL runs as the same user, who gets everywhere it needs to.
    expect(existsSync(join(closed, 'data/postgres.location'))).toBe(process.getuid?.() === 0);
  });
});

describe('an external PostgreSQL', () => {
  test('is used as it is, and left running', async () => {
    const own = await start();
    const { host, user, database } = own.connection;
    const url = `postgresql://${user}@/${database}?host=${encodeURIComponent(String(host))}`;
    const handle = await openPostgres({ url, dataDirectory: join(root, 'unused') }, silentLog);
    expect(handle.pid).toBeUndefined();
    expect(await valueOf(handle, 'select 1')).toBe(1);
    await handle.stop();
    expect(await valueOf(own, 'select 1')).toBe(1);
    expect(existsSync(join(root, 'unused'))).toBe(false);
  });

  test('that does not answer is an error which does not repeat its password', async () => {
    const attempt = openPostgres({ url: 'postgresql://anna:geheim@127.0.0.1:1/x', dataDirectory: root }, silentLog);
    await expect(attempt).rejects.toThrow('does not answer');
    await attempt.catch((error: unknown) => expect(String(error)).not.toContain('geheim'));
  });
});
