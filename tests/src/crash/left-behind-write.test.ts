import { setTimeout as delay } from 'node:timers/promises';
import { TestClient } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { suspendSessions } from '../real-server/postgres-processes.ts';
import { ServerProcess } from '../real-server/server-process.ts';
import { Follower } from './room-reader.ts';

/** Nothing outside shows the moment; both are many times what is needed. */
const STATEMENT_IS_SENT_MS = 500;
const NEXT_SERVER_IS_UP_MS = 3_000;

let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.create();
  await server.start();
});
afterAll(async () => server.dispose());

test('a write that a killed server left in PostgreSQL does not slip in behind the next server', async () => {
  const { access_token: token } = await new TestClient(server.baseUrl).post<{ access_token: string }>('/register', {
    username: 'anna',
    password: 'anna-password-1',
    auth: { type: 'm.login.dummy' },
  });
  const anna = new TestClient(server.baseUrl, token);
  const roomId = await anna.createRoom({ preset: 'public_chat' });
  await anna.send(roomId, 'before', 'before');
  const follower = new Follower(anna);
  await follower.poll(0);

  // The statement reaches PostgreSQL, but its session stands still until the next server has started.
  const resume = suspendSessions(server.dataDirectory);
  const lost = anna.send(roomId, 'during', 'during').catch(() => undefined);
  await delay(STATEMENT_IS_SENT_MS);
  await server.kill();
  await lost;
  const starting = server.start();
  // A server that ends those sessions waits for them.
  await Promise.race([starting, delay(NEXT_SERVER_IS_UP_MS)]);
  resume();
  await starting;

  // Asked again, as clients do; whichever answer this is, it is a promise.
  const eventId = await anna.send(roomId, 'during', 'during');
  await anna.send(roomId, 'after', 'after');
  while (await follower.poll(0));
  expect(follower.hasSeen(eventId)).toBe(true);
});
