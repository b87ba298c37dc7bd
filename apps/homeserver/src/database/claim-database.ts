import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';

/** Any fixed number, another than the migrations'. */
const ADVISORY_LOCK = 7_237_333;
/** How long the connection of a server that was killed may linger. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 250;

async function tryClaim(connection: ClientConfig): Promise<Client | undefined> {
  const client = new Client({
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...connection,
    application_name: 'stafette claim',
  });
  // Reported by `end`, which follows.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
    ADVISORY_LOCK,
  ]);
  if (rows[0]?.isOurs === true) return client;
  await client.end();
  return undefined;
}

async function claimWithin(connection: ClientConfig, patienceMs: number): Promise<Client> {
  let failure: unknown;
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += RETRY_MS) {
    try {
      const client = await tryClaim(connection);
      if (client) return client;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await delay(RETRY_MS);
  }
  throw new Error(
    "Another server uses this database. Two would destroy each other's work: stop one, or give it a database of its own.",
    { cause: failure },
  );
}

/**
 * Makes sure that one server at a time works on an operator's database: the room actors keep state in memory that
 * nobody else may change. The claim ends with its connection, so a killed server leaves none behind. When the connection
 * breaks it is claimed again; `onLost` is called when somebody else was faster.
 */
export async function claimDatabase(
  connection: ClientConfig,
  onLost: (error: unknown) => void,
  patienceMs = PATIENCE_MS,
): Promise<() => Promise<void>> {
  let isReleased = false;
  let client = await claimWithin(connection, patienceMs);
  const watch = (): void => {
    client.once('end', () => {
      if (isReleased) return;
      claimWithin(connection, patienceMs).then((next) => {
        client = next;
        watch();
      }, onLost);
    });
  };
  watch();
  return async () => {
    isReleased = true;
    await client.end();
  };
}
