import { setTimeout as delay } from 'node:timers/promises';
import { TestClient, type Answer } from '@stafette/testkit';
import type { ServerProcess } from '../real-server/server-process.ts';

const RETRY_MS = 15;

export interface Participant {
  readonly client: TestClient;
  readonly userId: string;
  readonly deviceId: string;
}

export async function register({ baseUrl }: ServerProcess, name: string): Promise<Participant> {
  const auth = { type: 'm.login.dummy' };
  const answer = await new TestClient(baseUrl).post<{ access_token: string; user_id: string; device_id: string }>(
    '/register',
    { username: name, password: `${name}-password-1`, auth },
  );
  return {
    client: new TestClient(baseUrl, answer.access_token),
    userId: answer.user_id,
    deviceId: answer.device_id,
  };
}

/** Asks until the server answers with 200, through its crashes. */
export async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      const answer = await ask();
      if (answer.status === 200) return answer;
      // While PostgreSQL comes back the server refuses; anything else is a mistake of this test.
      if (answer.status < 500) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
    } catch (error) {
      // The connection broke: the server was killed.
      if (!(error instanceof TypeError)) throw error;
    }
    await delay(RETRY_MS);
  }
}

/** Does `count` things with `width` of them under way at once. */
export async function inParallel(count: number, width: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await act(index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Kills the server and starts it again when each of the given counts of answers is reached, until everything is done. */
export async function killWhen(
  server: ServerProcess,
  counts: readonly number[],
  answered: () => number,
  isOver: () => boolean,
): Promise<number> {
  let kills = 0;
  for (const count of counts) {
    while (answered() < count && !isOver()) await delay(2);
    if (isOver()) break;
    await server.kill();
    await server.start();
    kills += 1;
  }
  return kills;
}
