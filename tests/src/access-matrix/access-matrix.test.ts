import { clientServer, type EndpointDefinition } from '@stafette/contracts';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLERS, makeScene, type Caller } from './callers.ts';
import { makeSampleRequest } from './sample-requests.ts';

type Row = Readonly<Record<Caller, string>>;

const endpoints: Readonly<Record<string, EndpointDefinition>> = clientServer;
const rows = new Map<string, Row>();
let homeserver: TestHomeserver;

/** What requests to the operation are about: the caller, and where the path names a user, somebody else as well. */
const rowNamesOf = (operationId: string, { path }: EndpointDefinition): readonly string[] =>
  path.includes(':userId') ? [operationId, `${operationId} of another`] : [operationId];

async function ask(
  rowName: string,
  operationId: string,
  endpoint: EndpointDefinition,
  sceneName: string,
): Promise<Row> {
  const scene = await makeScene(homeserver, sceneName);
  const answers: [Caller, string][] = [];
  for (const caller of CALLERS) {
    const { method, path, body } = makeSampleRequest(
      operationId,
      endpoint,
      scene.knownTo(caller, rowName !== operationId),
    );
    const answer = await scene.clientOf(caller).try(method, path, body);
    const errcode = answer.body['errcode'];
    answers.push([caller, `${answer.status}${typeof errcode === 'string' ? ` ${errcode}` : ''}`]);
  }
  // One entry for each caller, by the loop above.
  return Object.fromEntries(answers) as Row;
}

const needsToken = ({ auth }: EndpointDefinition): boolean => auth === 'accessToken' || auth === 'admin';

/** Two lines for each operation: which statuses the callers get, in the order of the heading. */
function drawTable(): string {
  const width = Math.max(...[...rows.keys()].map((operationId) => operationId.length));
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}  ${cells.map((cell, index) => cell.padEnd(CALLERS[index]?.length ?? 0)).join('  ')}`.trimEnd();
  const statusOf = (answer: string): string => answer.slice(0, 3);
  return [
    line('', CALLERS),
    ...[...rows]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([operationId, row]) =>
        line(
          operationId,
          CALLERS.map((caller) => statusOf(row[caller])),
        ),
      ),
    '',
  ].join('\n');
}

beforeAll(async () => {
  homeserver = await startHomeserver();
  for (const [operationId, endpoint] of Object.entries(endpoints)) {
    for (const rowName of rowNamesOf(operationId, endpoint)) {
      rows.set(rowName, await ask(rowName, operationId, endpoint, `scene${rows.size}`));
    }
  }
}, 300_000);
afterAll(async () => homeserver.stop());

describe('every operation', () => {
  test('is asked by every kind of caller', () => {
    expect(Object.keys(endpoints).length).toBeGreaterThan(80);
    expect(Object.keys(endpoints).filter((operationId) => !rows.has(operationId))).toEqual([]);
  });

  test.each(Object.entries(endpoints).filter(([, endpoint]) => needsToken(endpoint)))(
    '%s refuses whoever has no session',
    (operationId) => {
      const row = rows.get(operationId);
      expect(row?.anonymous).toBe('401 M_MISSING_TOKEN');
      expect(row?.['wrong token']).toBe('401 M_UNKNOWN_TOKEN');
      expect(row?.deactivated).toMatch(/^401 M_(UNKNOWN_TOKEN|USER_DEACTIVATED)$/);
    },
  );

  test.each(Object.entries(endpoints).filter(([, { path }]) => path.includes('/rooms/:roomId/')))(
    '%s gives whoever was banned from the room no more than a stranger',
    (operationId) => {
      const row = rows.get(operationId);
      if (row?.stranger.startsWith('2') === true) return;
      expect(row?.banned).not.toMatch(/^2/);
    },
  );

  test('answers as the table says', async () => {
    await expect(drawTable()).toMatchFileSnapshot('access-matrix.golden.txt');
  });
});
