import { fileURLToPath } from 'node:url';
import { admin, clientServer, federation, oauth } from '@stafette/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from '../real-server/server-process.ts';
import { runHostileRequests } from './hostile-run.ts';

const endpoints = { ...clientServer, ...admin, ...federation, ...oauth };
const count = Number(process.env['STAFETTE_HOSTILE_REQUESTS'] ?? 10_000);
const seed = process.env['STAFETTE_HOSTILE_SEED'] ?? 'every run';
const LONGEST_DELAY_MS = 200;

let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.create([fileURLToPath(new URL('report-event-loop-delay.ts', import.meta.url))]);
  await server.start();
});
afterAll(async () => server.dispose());

test(
  `${count} hostile requests (seed "${seed}") meet no fault, no exit and no long pause`,
  { timeout: 600_000 },
  async () => {
    expect(Object.keys(endpoints).length).toBeGreaterThan(80);
    await server.ask('reset');
    const { faults, reached, answersByStatus } = await runHostileRequests(server.baseUrl, endpoints, {
      count,
      seed,
    });
    // The server's own words come along, to find the place.
    expect(faults.length === 0 ? [] : [...faults, ...server.loggedErrors]).toEqual([]);
    expect(server.isRunning).toBe(true);
    expect(await server.ask('longest')).toEqual({
      longestMs: expect.toSatisfy((longestMs: number) => longestMs < LONGEST_DELAY_MS),
    });
    // Requests that are all refused at the door would prove little.
    const allowed = [...answersByStatus]
      .filter(([status]) => status < 300)
      .reduce((sum, [, answers]) => sum + answers, 0);
    expect(allowed).toBeGreaterThan(count / 20);
    expect(reached.size).toBeGreaterThan(Object.keys(endpoints).length / 3);
  },
);
