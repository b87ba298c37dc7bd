import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SeededRandom, TestClient } from '@stafette/testkit';
import { Ledger } from './ledger.ts';
import { Follower, readHistory, type SeenEvent } from './room-reader.ts';
import { sendMessages } from './sender.ts';
import { ServerProcess } from '../real-server/server-process.ts';
import { judge, type Verdict } from './verdict.ts';

export interface CrashOptions {
  readonly serverKills: number;
  readonly postgresKills: number;
  readonly seed: string;
  /** Makes the server answer before it has committed: the run must then find lost messages. */
  readonly acknowledgesEarly?: boolean;
  readonly onProgress?: (line: string) => void;
}

const ROOMS = 4;
const SENDERS = 16;
/** Load before each kill. Uniform, so that kills fall into any moment of a commit. */
const LOAD_MS = { least: 40, most: 400 };

const PLANTED_BUG = fileURLToPath(new URL('acknowledge-before-commit.ts', import.meta.url));

async function register(server: ServerProcess, name: string): Promise<TestClient> {
  const answer = await new TestClient(server.baseUrl).post<{ access_token: string }>('/register', {
    username: name,
    password: `${name}-password-1`,
    auth: { type: 'm.login.dummy' },
  });
  return new TestClient(server.baseUrl, answer.access_token);
}

async function makeRooms(observer: TestClient): Promise<string[]> {
  const roomIds: string[] = [];
  for (let room = 0; room < ROOMS; room += 1) roomIds.push(await observer.createRoom({ preset: 'public_chat' }));
  return roomIds;
}

function roomOf(roomIds: readonly string[], index: number): string {
  const roomId = roomIds[index % roomIds.length];
  if (roomId === undefined) throw new Error('there are no rooms');
  return roomId;
}

async function makeSenders(server: ServerProcess, roomIds: readonly string[]) {
  return Promise.all(
    Array.from({ length: SENDERS }, async (_, index) => {
      const [name, roomId] = [`sender${index}`, roomOf(roomIds, index)];
      const client = await register(server, name);
      await client.join(roomId);
      return { client, name, roomId };
    }),
  );
}

/** Follows until `isOver`; what a kill interrupts is asked for again. */
async function follow(follower: Follower, isOver: () => boolean): Promise<void> {
  while (!isOver()) await follower.poll(2_000).catch(async () => delay(20));
}

/** In random order: which process each kill is for. */
function planKills({ serverKills, postgresKills }: CrashOptions, random: SeededRandom): ('server' | 'postgres')[] {
  const kills = [...Array<'server'>(serverKills).fill('server'), ...Array<'postgres'>(postgresKills).fill('postgres')];
  return kills
    .map((target) => ({ target, order: random.integer(1_000_000) }))
    .sort((one, other) => one.order - other.order)
    .map(({ target }) => target);
}

async function killRepeatedly(server: ServerProcess, options: CrashOptions, ledger: Ledger): Promise<void> {
  const random = new SeededRandom(options.seed);
  const plan = planKills(options, random);
  for (const [index, target] of plan.entries()) {
    // Kills that hit nobody sending would prove nothing, and answers of before the last kill may still arrive.
    const enough = ledger.acknowledgedCount + SENDERS;
    while (ledger.acknowledgedCount <= enough) {
      if (!server.isRunning) throw new Error(`The server ended by itself:\n${server.loggedErrors.join('\n')}`);
      await delay(5);
    }
    await delay(LOAD_MS.least + random.integer(LOAD_MS.most - LOAD_MS.least));
    if (target === 'postgres') {
      // The server stays, and has to bring PostgreSQL back.
      await server.killPostgres();
    } else {
      await server.kill();
      await server.start();
    }
    options.onProgress?.(`kill ${index + 1} of ${plan.length}: ${target}, ${ledger.acknowledgedCount} acknowledged`);
  }
}

async function readAll(client: TestClient, roomIds: readonly string[]): Promise<SeenEvent[]> {
  return (await Promise.all(roomIds.map(async (roomId) => readHistory(client, roomId)))).flat();
}

/**
 * Kills server and database at random moments while sixteen people send, and compares what was acknowledged with what is
 * in the end in the rooms and in sync. The senders and their memory live here, in another process than the server.
 */
export async function runCrashTest(options: CrashOptions): Promise<Verdict> {
  const server = await ServerProcess.create(options.acknowledgesEarly === true ? [PLANTED_BUG] : [process.cwd() + '/tests/src/zzpre.ts']);
  const ledger = new Ledger();
  let isOver = false;
  try {
    await server.start();
    const observer = await register(server, 'observer');
    const roomIds = await makeRooms(observer);
    const senders = await makeSenders(server, roomIds);
    const follower = new Follower(observer);
    await follower.poll(0);

    const sending = Promise.all(
      senders.map(async ({ client, ...who }) => sendMessages(client, who, ledger, () => isOver)),
    );
    const following = follow(follower, () => isOver);
    await Promise.race([killRepeatedly(server, options, ledger), sending]);
    isOver = true;
    await Promise.all([sending, following]);

    while (await follower.poll(0));
    return judge(options.serverKills + options.postgresKills, ledger, await readAll(observer, roomIds), follower);
  } finally {
    isOver = true;
    await server.dispose();
  }
}
