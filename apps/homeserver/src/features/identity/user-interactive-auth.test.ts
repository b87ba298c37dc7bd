import { MatrixError } from '@stafette/contracts';
import { parseUserId } from '@stafette/protocol';
import { MovableClock, SeededRandom } from '@stafette/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { UserInteractiveAuth, type AuthRequest, type StageCheck } from './user-interactive-auth.ts';

const userId = parseUserId('@anna:test.example') ?? expect.fail();

let clock: MovableClock;
let auth: UserInteractiveAuth;

const succeed: StageCheck = async () => undefined;
const answerIs42: StageCheck = async ({ answer }) =>
  answer === 42 ? undefined : { errcode: 'M_FORBIDDEN', message: 'wrong' };

const request = (changes: Partial<AuthRequest> = {}): AuthRequest => ({
  auth: undefined,
  purpose: { action: 'deactivate', userId },
  flows: [['first', 'second'], ['only']],
  stages: new Map([
    ['first', succeed],
    ['second', answerIs42],
    ['only', succeed],
    ['hidden', succeed],
  ]),
  ...changes,
});

/** The body of the question that comes back; undefined when nothing more is asked. */
async function ask(changes: Partial<AuthRequest> = {}): Promise<Record<string, unknown> | undefined> {
  try {
    await auth.require(request(changes));
    return undefined;
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    expect(error.status).toBe(401);
    return error.body();
  }
}

beforeEach(() => {
  clock = new MovableClock();
  auth = new UserInteractiveAuth(clock, new SeededRandom('auth'), 10);
});

test('the stages of a flow are taken one after the other', async () => {
  const first = await ask();
  expect(first).toEqual({
    session: expect.any(String),
    flows: [{ stages: ['first', 'second'] }, { stages: ['only'] }],
    completed: [],
    params: {},
  });
  const session = String(first?.['session']);
  expect(await ask({ auth: { type: 'first', session } })).toMatchObject({ session, completed: ['first'] });
  expect(await ask({ auth: { type: 'second', session, answer: 1 } })).toMatchObject({
    session,
    completed: ['first'],
    errcode: 'M_FORBIDDEN',
  });
  expect(await ask({ auth: { type: 'second', session, answer: 42 } })).toBeUndefined();
});

test('a stage whose turn it is not yet is refused', async () => {
  const tooEarly = { completed: [], errcode: 'M_UNAUTHORIZED' };
  const asked = await ask({ auth: { type: 'second', answer: 42 } });
  expect(asked).toMatchObject(tooEarly);
  const session = String(asked?.['session']);
  expect(await ask({ auth: { type: 'second', session, answer: 42 } })).toMatchObject(tooEarly);
  expect(await ask({ auth: { type: 'only', session } })).toBeUndefined();
});

test('a complete session is used up', async () => {
  const session = String((await ask())?.['session']);
  await ask({ auth: { type: 'first', session } });
  expect(await ask({ auth: { type: 'second', session, answer: 42 } })).toBeUndefined();
  expect(await ask({ auth: { type: 'first', session } })).toMatchObject({ completed: ['first'] });
});

test('what was proved for one thing is worth nothing for another, nor after half an hour', async () => {
  const session = String((await ask({ auth: { type: 'first' } }))?.['session']);
  const elsewhere = request({
    purpose: { action: 'remove-devices', userId },
    auth: { type: 'second', session, answer: 42 },
  });
  await expect(auth.require(elsewhere)).rejects.toMatchObject({ status: 403, errcode: 'M_FORBIDDEN' });
  clock.advance(30 * 60 * 1000);
  expect(await ask({ auth: { type: 'second', session, answer: 42 } })).toMatchObject({ completed: [] });
});

test.each(['hidden', 'unknown', '__proto__', 'toString'])(
  'the stage %s, which no flow has, is refused',
  async (type) => {
    expect(await ask({ auth: { type } })).toMatchObject({ errcode: 'M_UNRECOGNIZED', completed: [] });
  },
);

test('of too many sessions the oldest go', async () => {
  const first = String((await ask({ auth: { type: 'first' } }))?.['session']);
  for (let count = 0; count < 10; count += 1) await ask();
  expect(await ask({ auth: { type: 'second', session: first, answer: 42 } })).toMatchObject({ completed: [] });
});

describe('a page', () => {
  let session: string;
  beforeEach(async () => {
    session = String((await ask())?.['session']);
  });

  test('takes a stage by the same check, in the order of a flow, and the request only names the session', async () => {
    const refusal = expect.objectContaining({ errcode: 'M_UNRECOGNIZED' });
    expect(() => auth.getStage(session, 'second')).toThrow(refusal);
    await expect(auth.takeOnPage(session, 'second', { answer: 42 })).rejects.toEqual(refusal);
    expect(await auth.takeOnPage(session, 'first', {})).toBeUndefined();
    expect(auth.getStage(session, 'second')).toEqual({ purpose: request().purpose, isDone: false });
    expect(await auth.takeOnPage(session, 'second', { answer: 1 })).toMatchObject({ errcode: 'M_FORBIDDEN' });
    expect(await ask({ auth: { session } })).toMatchObject({ completed: ['first'] });
    expect(await auth.takeOnPage(session, 'second', { answer: 42, password: 'secret' })).toBeUndefined();
    expect(auth.getStage(session, 'second').isDone).toBe(true);
    const shown = await auth.require(request({ auth: { session } }));
    expect(Object.fromEntries(shown)).toEqual({ first: {}, second: { answer: 42 } });
    expect(() => auth.getStage(session, 'second')).toThrow(expect.objectContaining({ errcode: 'M_NOT_FOUND' }));
  });

  test.each(['hidden', 'unknown', '__proto__', 'toString'])('does not know the stage %s', async (stage) => {
    const refusal = expect.objectContaining({ status: 404, errcode: 'M_UNRECOGNIZED' });
    expect(() => auth.getStage(session, stage)).toThrow(refusal);
    await expect(auth.takeOnPage(session, stage, {})).rejects.toEqual(refusal);
  });

  test('does not know a session that is made up or over', async () => {
    const refusal = expect.objectContaining({ status: 404, errcode: 'M_NOT_FOUND' });
    for (const id of ['made up', '__proto__', '']) expect(() => auth.getStage(id, 'only')).toThrow(refusal);
    clock.advance(30 * 60 * 1000);
    expect(() => auth.getStage(session, 'only')).toThrow(refusal);
    await expect(auth.takeOnPage(session, 'only', {})).rejects.toEqual(refusal);
  });

  test('may ask for another thing than a request', async () => {
    const flows = [['elsewhere']];
    const changes = { flows, stages: new Map(), pageStages: new Map([['elsewhere', answerIs42]]) };
    const body = await ask(changes);
    const id = String(body?.['session']);
    const attempt = { type: 'elsewhere', session: id, answer: 42 };
    expect(await ask({ ...changes, auth: attempt })).toMatchObject({ errcode: 'M_UNRECOGNIZED' });
    expect(await auth.takeOnPage(id, 'elsewhere', { answer: 42 })).toBeUndefined();
    expect(await ask({ ...changes, auth: { session: id } })).toBeUndefined();
  });
});
