import { fileURLToPath } from 'node:url';
import { admin, clientServer, federation, oauth, type EndpointDefinition } from '@stafette/contracts';
import { isJsonObject, parseJson } from '@stafette/protocol';
import { createTestAuthority, TestServer } from '@stafette/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVER_NAME, ServerProcess } from '../real-server/server-process.ts';
import { runHostileRequests } from './hostile-run.ts';

const endpoints = { ...clientServer, ...admin, ...federation, ...oauth };
const count = Number(process.env['STAFETTE_HOSTILE_REQUESTS'] ?? 10_000);
const seed = process.env['STAFETTE_HOSTILE_SEED'] ?? 'every run';
const LONGEST_DELAY_MS = 200;

let server: ServerProcess;
let neighbour: TestServer;

/** What cannot be read has no signature; one without a body stands for it. */
function sign(method: string, path: string, body: Buffer | undefined): string {
  const parsed = parseJson(body ?? '', { mode: 'lenient' });
  const content = method !== 'GET' && parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
  const asked = { baseUrl: server.baseUrl, serverName: SERVER_NAME };
  return neighbour.authorizationOf(asked, 'GET', path, {
    signed: { method, ...(content === undefined ? {} : { content }) },
  });
}

beforeAll(async () => {
  const authority = createTestAuthority();
  neighbour = await TestServer.open(authority);
  // The process has the time of the machine.
  neighbour.validUntilMs = Date.now() + 24 * 60 * 60 * 1000;
  server = await ServerProcess.create([fileURLToPath(new URL('report-event-loop-delay.ts', import.meta.url))]);
  server.trust(authority);
  await server.start();
});
afterAll(async () => {
  await server.dispose();
  await neighbour.close();
});

test(
  `${count} hostile requests (seed "${seed}") meet no fault, no exit and no long pause`,
  { timeout: 600_000 },
  async () => {
    expect(Object.keys(endpoints).length).toBeGreaterThan(80);
    await server.ask('reset');
    const { faults, reached, answersByStatus } = await runHostileRequests(server.baseUrl, endpoints, {
      count,
      seed,
      sign,
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
    const forServers = Object.entries<EndpointDefinition>(federation)
      .filter(([, { auth }]) => auth === 'serverSignature')
      .map(([operationId]) => operationId);
    expect(forServers.filter((operationId) => !reached.has(operationId))).toEqual([]);
    expect(reached.size).toBeGreaterThan(Object.keys(endpoints).length / 3);
  },
);
