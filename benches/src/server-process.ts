import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedConnection } from '@stafette/homeserver/database/postgres/connection.ts';
import type { ClientConfig } from 'pg';

const MAIN = fileURLToPath(new URL('../../apps/homeserver/src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 30_000;

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Where its embedded PostgreSQL answers: for limits that are measured on the same data. */
  readonly postgres: ClientConfig;
  /** Resident memory of the server process alone, bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Resident pages times page size, from the kernel. */
const residentOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;

/** The real server in conformance mode, a process of its own on a fresh database, so that the load has its own event loop. */
export async function startServer(options: {
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly nodeArgs?: readonly string[];
}): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'stafette-bench-'));
  const address = `127.0.0.1:${options.port}`;
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), MAIN, 'conformance'], {
    env: {
      ...process.env,
      HS_SERVER_NAME: 'bench',
      HS_CLIENT_ADDR: address,
      HS_DATA: data,
      HS_REG_SECRET: 'bench',
      HS_ROOM_VERSION: '11',
      ...options.env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://${address}`;
  await waitUntilReady(url, child);
  const { pid } = child;
  if (pid === undefined) throw new Error('the server has no process');
  return {
    url,
    pid,
    postgres: embeddedConnection(join(data, 'postgres/socket')),
    residentBytes: () => residentOf(pid),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    const answer = await fetch(`${url}/_matrix/client/versions`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not become ready');
}
