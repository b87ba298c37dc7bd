import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestAuthority } from '@stafette/testkit';
import { killPostgres } from './postgres-processes.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/homeserver/src/main.ts', import.meta.url));
export const SERVER_NAME = 'test.example';
/** Lets tests make administrators. */
export const REGISTRATION_SECRET = 'secret of the tests';
const READY_LIMIT_MS = 30_000;
const POLL_MS = 10;

interface LogLine {
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string; readonly errorCode?: string };
}

function describeLogLine(line: string): string[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [];
  // Written by the server's log.
  const { msg, err } = JSON.parse(line) as LogLine;
  const place = err?.stack?.split('\n').slice(0, 4).join('\n') ?? err?.message ?? '';
  return [`${msg ?? ''} ${err?.errorCode ?? ''} ${place}`];
}

async function findFreePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const probe = createServer().listen(0, '127.0.0.1', () => {
    // Listening on TCP, so that the address is an object.
    const { port } = probe.address() as AddressInfo;
    probe.close(() => resolve(port));
  });
  return promise;
}

/** The real server as a process of its own, in its conformance mode, which can be killed and started again. */
export class ServerProcess {
  readonly dataDirectory: string;
  readonly baseUrl: string;
  readonly #preload: readonly string[];
  readonly #address: string;
  #authorityFile: string | undefined;
  #child: ChildProcess | undefined;
  #errors = '';

  private constructor(address: string, preload: readonly string[]) {
    this.dataDirectory = mkdtempSync(join(tmpdir(), 'stafette-real-'));
    // Started as root, PostgreSQL runs as another user, who has to get in.
    if (process.getuid?.() === 0) chmodSync(this.dataDirectory, 0o711);
    this.#address = address;
    this.baseUrl = `http://${address}`;
    this.#preload = preload;
  }

  /** `preload` are modules loaded before the server's own: where a test plants a bug. */
  static async create(preload: readonly string[] = []): Promise<ServerProcess> {
    return new ServerProcess(`127.0.0.1:${await findFreePort()}`, preload);
  }

  /** From the next start on, other servers are believed who have a certificate of this authority. */
  trust({ certificate }: TestAuthority): void {
    this.#authorityFile = join(this.dataDirectory, 'authority.pem');
    writeFileSync(this.#authorityFile, certificate);
  }

  /** Starts the server and returns once it answers. */
  async start(): Promise<void> {
    const imports = this.#preload.flatMap((module) => ['--import', module]);
    const child = spawn(process.execPath, [...imports, PROGRAM, 'conformance'], {
      env: {
        PATH: process.env['PATH'],
        HS_SERVER_NAME: SERVER_NAME,
        HS_CLIENT_ADDR: this.#address,
        HS_DATA: this.dataDirectory,
        HS_REG_SECRET: REGISTRATION_SECRET,
        STAFETTE_LOG_LEVEL: 'error',
        ...(this.#authorityFile === undefined ? {} : { HS_CA: this.#authorityFile }),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#errors = '';
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-100_000)));
    this.#child = child;
    const deadlineMs = performance.now() + READY_LIMIT_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${this.#errors}`);
      if (performance.now() > deadlineMs) throw new Error(`The server did not answer in time:\n${this.#errors}`);
      await delay(POLL_MS);
    }
  }

  /** kill -9, and nothing else: PostgreSQL goes on. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || !this.isRunning) throw new Error(`It ended by itself:\n${this.#errors}`);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    child.once('exit', () => resolve(undefined));
    child.kill('SIGKILL');
    await promise;
  }

  /** kill -9 of PostgreSQL; of the one that is about to come when the last has just been killed. */
  async killPostgres(): Promise<void> {
    while (!killPostgres(this.dataDirectory)) await delay(POLL_MS);
  }

  /** What the server has logged as errors since its last start, each kind once. */
  get loggedErrors(): readonly string[] {
    return [...new Set(this.#errors.split('\n').flatMap(describeLogLine))];
  }

  /** Whether the process that was started last is still there. */
  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** The next message from a preloaded module, after sending it `question`. */
  async ask(question: string): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#child?.once('message', resolve).send(question);
    return promise;
  }

  /** Ends everything and removes the data. */
  async dispose(): Promise<void> {
    if (this.#child && this.isRunning) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#child.once('exit', () => resolve(undefined));
      this.#child.kill('SIGTERM');
      await promise;
    }
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.baseUrl}/_matrix/client/versions`)).ok;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }
}
