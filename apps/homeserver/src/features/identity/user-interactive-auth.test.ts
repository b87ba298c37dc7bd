import { MatrixError } from '@stafette/contracts';
import { MovableClock, SeededRandom } from '@stafette/testkit';
import { beforeEach, expect, test } from 'vitest';
import { UserInteractiveAuth, type AuthRequest, type StageCheck } from './user-interactive-auth.ts';

let clock: MovableClock;
let auth: UserInteractiveAuth;

const succeed: StageCheck = async () => undefined;
const answerIs42: StageCheck = async ({ answer }) =>
  answer === 42 ? undefined : { errcode: 'M_FORBIDDEN', message: 'wrong' };

const request = (changes: Partial<AuthRequest> = {}): AuthRequest => ({
  auth: undefined,
  purpose: 'something grave',
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
  const elsewhere = request({ purpose: 'another thing', auth: { type: 'second', session, answer: 42 } });
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
