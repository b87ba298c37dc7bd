import { expect, test } from 'vitest';
import { Paced } from './paced.ts';

test('all who ask before a round begins share it, and those who ask during it get the next', async () => {
  let rounds = 0;
  let during: Promise<void> | undefined;
  const paced: Paced = new Paced(async () => {
    rounds += 1;
    if (rounds === 1) during = paced.run();
    return 0;
  });
  await Promise.all([paced.run(), paced.run(), paced.run()]);
  expect(rounds).toBe(1);
  await during;
  expect(rounds).toBe(2);
});

test('a round that failed is told to those who asked, and is no obstacle to the next', async () => {
  let rounds = 0;
  const paced = new Paced(async () => {
    rounds += 1;
    if (rounds === 1) throw new Error('no database');
    return 0;
  });
  await expect(paced.run()).rejects.toThrow('no database');
  const again = paced.run();
  await paced.stop();
  await again;
  expect(rounds).toBe(2);
});

test('stopping ends the pause, does what was asked for, and waits for what is under way', async () => {
  let rounds = 0;
  const { promise: isDone, resolve: finish } = Promise.withResolvers<void>();
  const paced = new Paced(async () => {
    rounds += 1;
    if (rounds === 2) await isDone;
    return 60_000;
  });
  await paced.run();
  const second = paced.run();
  let isStopped = false;
  const stopping = paced.stop().then(() => (isStopped = true));
  await expect.poll(() => rounds).toBe(2);
  expect(isStopped).toBe(false);
  finish();
  await Promise.all([second, stopping]);
  expect(rounds).toBe(2);
});
