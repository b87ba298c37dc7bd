import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, silentLog, startServer, withClient, type RunningServer } from '@stafette/homeserver';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';

/** The server as a newcomer starts it, before its set-up, over a database of its own. */
export interface AgencyServer {
  readonly url: string;
  readonly setupCode: string;
  /** Everything the database holds, as text. */
  dumpDatabase(): Promise<string>;
  /** What the server keeps outside the database. */
  readFiles(): Promise<readonly Buffer[]>;
  stop(): Promise<void>;
}

/** The driver's words as an address, for the configuration. */
export function databaseUrl({ connection }: TestDatabase): string {
  const { host = '', port = 5432, user = '', database = '' } = connection;
  const query = new URLSearchParams({ host, port: String(port), user });
  return `postgresql://localhost/${database}?${query.toString()}`;
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Columns of bytes are written so that ASCII in them stays readable: a plaintext would be found. */
async function dump({ connection }: TestDatabase): Promise<string> {
  return withClient(connection, async (client) => {
    const { rows: columns } = await client.query<Column>(
      `select table_name as "table", column_name as "column", data_type as "type"
         from information_schema.columns where table_schema = 'public'`,
    );
    const parts: string[] = [];
    for (const { table, column, type } of columns) {
      const value = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
      const { rows } = await client.query<{ readonly text: string | null }>(`select ${value} as text from "${table}"`);
      parts.push(...rows.map(({ text }) => text ?? ''));
    }
    return parts.join('\n');
  });
}

async function readAll(directory: string): Promise<readonly Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => readFile(join(entry.parentPath, entry.name))),
  );
}

export async function startAgencyServer(): Promise<AgencyServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'stafette-e2e-'));
  const database = await createTestDatabase();
  const config = loadConfig({
    environment: {
      STAFETTE_DATA: dataDirectory,
      STAFETTE_LISTEN: '127.0.0.1:0',
      STAFETTE_OPERATIONS_LISTEN: 'off',
      DATABASE_URL: databaseUrl(database),
    },
    workingDirectory: dataDirectory,
    isTerminal: false,
  });
  const server: RunningServer = await startServer(config, silentLog);
  if (server.setupCode === undefined) throw new Error('A fresh server has a set-up code');
  return {
    url: server.url,
    setupCode: server.setupCode,
    dumpDatabase: async () => dump(database),
    readFiles: async () => readAll(dataDirectory),
    async stop() {
      await server.stop();
      await database.drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
