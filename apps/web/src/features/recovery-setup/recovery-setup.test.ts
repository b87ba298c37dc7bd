import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { RecoverySetupViewModel } from './recovery-setup-view-model.ts';

const KEY = 'EsTA bBcd 3333 4444 5555 6666 7777 8888 9999 aaaa bbbb cccc';

function setUp(): {
  setup: RecoverySetupViewModel;
  world: { outcome: Outcome<void>; completed: boolean[]; finished: number };
} {
  const world = { outcome: success(undefined) as Outcome<void>, completed: [] as boolean[], finished: 0 };
  const numbers = [0.1, 0.5];
  const setup = new RecoverySetupViewModel({
    isReset: false,
    generateKey: async () => KEY,
    complete: async (isReset) => {
      world.completed.push(isReset);
      return world.outcome;
    },
    finish: async () => {
      world.finished += 1;
      return true;
    },
    random: () => numbers.shift() ?? 0,
  });
  return { setup, world };
}

async function toCheck(setup: RecoverySetupViewModel): Promise<readonly string[]> {
  await setup.create();
  setup.confirmKept();
  const { asked, groups } = setup.snapshot.get();
  return asked.map((group) => groups[group] ?? '');
}

test('nothing is stored before the person has shown that the key was kept', async () => {
  const { setup, world } = setUp();
  await toCheck(setup);
  setup.answer(0, 'xxxx');
  setup.answer(1, 'yyyy');
  await setup.check();
  expect(setup.snapshot.get()).toMatchObject({ step: 'check', isAnswerWrong: true });
  expect(world.completed).toEqual([]);
});

test('two right groups, whatever their case, finish the set-up', async () => {
  const { setup, world } = setUp();
  const [first = '', second = ''] = await toCheck(setup);
  expect(first).not.toBe(second);
  setup.answer(0, ` ${first.toUpperCase()} `);
  setup.answer(1, second);
  await setup.check();
  expect(world).toMatchObject({ completed: [false], finished: 1 });
});

test('the two groups asked for are different ones of the twelve, in order', async () => {
  const { setup } = setUp();
  await toCheck(setup);
  const [first, second] = setup.snapshot.get().asked;
  expect(first).toBeLessThan(second);
  expect(second).toBeLessThan(12);
});

test('a failure keeps the key, so that it can be tried again', async () => {
  const { setup, world } = setUp();
  world.outcome = failure('offline');
  const [first = '', second = ''] = await toCheck(setup);
  setup.answer(0, first);
  setup.answer(1, second);
  await setup.check();
  expect(setup.snapshot.get()).toMatchObject({ step: 'failed', failure: 'offline', groups: KEY.split(' ') });
  world.outcome = success(undefined);
  await setup.save();
  expect(world.finished).toBe(1);
});

test('the key is forgotten with the screen', async () => {
  const { setup } = setUp();
  await toCheck(setup);
  setup.dispose();
  expect(JSON.stringify(setup.snapshot.get())).not.toContain('bBcd');
});
