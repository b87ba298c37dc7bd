import { admin, clientServer, federation, oauth, type EndpointDefinition } from '@stafette/contracts';
import { getServerName } from '@stafette/protocol';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLERS, makeScene, MEMBERS_ONLY, SERVICE, type Caller, type Scene } from './callers.ts';
import { makeSampleRequest } from './sample-requests.ts';

interface Answer {
  readonly status: number;
  readonly errcode: string | undefined;
  /** Whether what was said in the room after some had left is in the answer. */
  readonly tellsSecret: boolean;
}

type Row = Readonly<Record<Caller, Answer>>;

const endpoints: Readonly<Record<string, EndpointDefinition>> = { ...clientServer, ...admin, ...federation, ...oauth };
const entries = Object.entries(endpoints);
const rows = new Map<string, Row>();
let homeserver: TestHomeserver;

/** What requests to the operation are about: the caller, and where the path names a user, somebody else as well. */
const rowNamesOf = (operationId: string, { path }: EndpointDefinition): readonly string[] =>
  path.includes(':userId') ? [operationId, `${operationId} of another`] : [operationId];

async function ask(rowName: string, operationId: string, endpoint: EndpointDefinition, scene: Scene): Promise<Row> {
  const answers: [Caller, Answer][] = [];
  for (const caller of CALLERS) {
    const known = scene.knownTo(caller, rowName !== operationId);
    const { method, path, body } = makeSampleRequest(operationId, endpoint, known);
    const answer = await scene.clientOf(caller).try(method, path, body);
    const errcode = answer.body['errcode'];
    answers.push([
      caller,
      {
        status: answer.status,
        errcode: typeof errcode === 'string' ? errcode : undefined,
        tellsSecret: JSON.stringify(answer.body).includes(MEMBERS_ONLY),
      },
    ]);
  }
  // One entry for each caller, by the loop above.
  return Object.fromEntries(answers) as Row;
}

function rowOf(name: string): Row {
  const row = rows.get(name);
  if (row === undefined) throw new Error(`${name} was not asked`);
  return row;
}

const isAllowed = ({ status }: Answer): boolean => status < 300;
const needsToken = ({ auth }: EndpointDefinition): boolean =>
  auth === 'accessToken' || auth === 'admin' || auth === 'appservice';
/** What is the business of the one who asks alone. */
const LEAVES_ROOM_AS_IT_IS: ReadonlySet<string> = new Set(['forgetRoom', 'reportRoom']);
const writesToRoom = ({ method, path }: EndpointDefinition): boolean =>
  method !== 'GET' && path.includes('/v3/rooms/:roomId/');

/** A line for each operation: the status that each kind of caller gets. */
function drawTable(): string {
  const width = Math.max(...[...rows.keys()].map((name) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}  ${cells.map((cell, index) => cell.padEnd(CALLERS[index]?.length ?? 0)).join('  ')}`.trimEnd();
  const names = [...rows.keys()].sort();
  const body = names.map((name) =>
    line(
      name,
      CALLERS.map((caller) => String(rowOf(name)[caller].status)),
    ),
  );
  return [line('', CALLERS), ...body, ''].join('\n');
}

beforeAll(async () => {
  homeserver = await startHomeserver({
    // With federation, so that it is their missing signature for which people are refused.
    settings: { appservices: [SERVICE], federationList: [getServerName('neighbour.example')] },
  });
  // What only reads leaves everybody where they are.
  const reading = await makeScene(homeserver, 'reading');
  for (const [operationId, endpoint] of entries) {
    for (const rowName of rowNamesOf(operationId, endpoint)) {
      const scene = endpoint.method === 'GET' ? reading : await makeScene(homeserver, `scene${rows.size}`);
      rows.set(rowName, await ask(rowName, operationId, endpoint, scene));
    }
  }
}, 300_000);
afterAll(async () => homeserver.stop());

describe('every operation', () => {
  test('is asked by every kind of caller', () => {
    expect(entries.length).toBeGreaterThan(80);
    expect(entries.filter(([operationId]) => !rows.has(operationId))).toEqual([]);
  });

  test('answers without a fault', () => {
    const faults = [...rows].filter(([, row]) => CALLERS.some((caller) => row[caller].status >= 500));
    expect(faults.map(([name]) => name)).toEqual([]);
  });

  test.each(entries.filter(([, endpoint]) => needsToken(endpoint)))(
    '%s refuses whoever has no session',
    (operationId) => {
      const row = rowOf(operationId);
      expect(row.anonymous).toMatchObject({ status: 401, errcode: 'M_MISSING_TOKEN' });
      expect(row['wrong token']).toMatchObject({ status: 401, errcode: 'M_UNKNOWN_TOKEN' });
      expect(row.deactivated).toMatchObject({ status: 401, errcode: 'M_UNKNOWN_TOKEN' });
    },
  );

  test.each(entries.filter(([, { auth }]) => auth === 'serverSignature'))(
    '%s is for other servers alone',
    (operationId) => {
      for (const caller of CALLERS)
        expect(rowOf(operationId)[caller]).toMatchObject({ status: 401, errcode: 'M_UNAUTHORIZED' });
    },
  );

  test.each(entries.filter(([, { auth }]) => auth === 'admin'))('%s is for administrators alone', (operationId) => {
    for (const caller of CALLERS)
      expect(isAllowed(rowOf(operationId)[caller]) && caller !== 'administrator').toBe(false);
  });

  test.each(CALLERS.filter((caller) => caller !== 'member' && caller !== 'moderator'))(
    'tells %s nothing of what members said since',
    (caller) => {
      const leaks = [...rows].filter(([, row]) => row[caller].tellsSecret);
      expect(leaks.map(([name]) => name)).toEqual([]);
      // Members do see it: the secret is where the others look for it in vain.
      expect([...rows].filter(([, row]) => row.member.tellsSecret).length).toBeGreaterThan(2);
    },
  );

  test.each(
    entries.filter(([operationId, endpoint]) => writesToRoom(endpoint) && !LEAVES_ROOM_AS_IT_IS.has(operationId)),
  )('%s lets nobody change a room from outside', (operationId) => {
    const row = rowOf(operationId);
    expect(isAllowed(row.stranger)).toBe(false);
    expect(isAllowed(row.administrator)).toBe(false);
    expect(isAllowed(row.banned)).toBe(false);
    expect(isAllowed(row['application service'])).toBe(false);
  });

  test.each(
    [...new Set(entries.flatMap(([operationId, endpoint]) => rowNamesOf(operationId, endpoint)))].filter((name) =>
      /^(set(?!Admin)|put|delete|define|get(AccountData|RoomTags|Filter)).* of another$/.test(name),
    ),
  )('%s is refused, as it is theirs', (name) => {
    for (const caller of CALLERS) expect(isAllowed(rowOf(name)[caller])).toBe(false);
  });

  test('answers as the table says', async () => {
    await expect(drawTable()).toMatchFileSnapshot('access-matrix.golden.txt');
  });
});
