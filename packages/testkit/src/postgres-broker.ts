import { createServer, request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPostgres, type Connection, type TestPostgres } from './test-postgres.ts';

/** Where the test run's broker listens; set by the global set-up, inherited by the processes of the test files. */
export const BROKER_VARIABLE = 'STAFETTE_TEST_POSTGRES_SOCKET';

export interface PostgresBroker {
  readonly socketPath: string;
  stop(): Promise<void>;
}

/**
 * Gives the test files of a run, each in a process of its own, databases of one PostgreSQL, which starts when the first
 * file asks: a run of pure tests starts none.
 */
export async function startPostgresBroker(): Promise<PostgresBroker> {
  const directory = mkdtempSync(join(tmpdir(), 'stafette-broker-'));
  const socketPath = join(directory, 'socket');
  let postgres: Promise<TestPostgres> | undefined;

  const server = createServer((incoming, outgoing) => {
    const answer = async (): Promise<unknown> => {
      postgres ??= startTestPostgres();
      if (incoming.method === 'POST') return (await postgres).createDatabase();
      await (await postgres).dropDatabase({ database: (incoming.url ?? '').slice(1) });
      return {};
    };
    answer().then(
      (value) => outgoing.end(JSON.stringify(value)),
      (error: unknown) => outgoing.writeHead(500).end(error instanceof Error ? (error.stack ?? '') : String(error)),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject).listen(socketPath, () => resolve(undefined));
  await promise;

  return {
    socketPath,
    async stop() {
      server.close();
      server.closeAllConnections();
      await (await postgres)?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ask(method: 'POST' | 'DELETE', path: string): Promise<unknown> {
  const socketPath = process.env[BROKER_VARIABLE];
  if (socketPath === undefined) throw new Error('Test databases exist inside a test run only: start it with vitest.');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request({ socketPath, method, path, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.once('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
  })
    .once('error', reject)
    .end();
  return JSON.parse(await promise);
}

/** A database of this test file's own. */
export async function requestDatabase(): Promise<Connection> {
  // Written by the broker above.
  return (await ask('POST', '/')) as Connection;
}

export async function returnDatabase({ database }: Connection): Promise<void> {
  await ask('DELETE', `/${database}`);
}
