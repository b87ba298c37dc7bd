import { expect, test } from 'vitest';
import { Housekeeping } from './housekeeping.ts';
import { silentLog } from './log.ts';

test('a chore that fails does not keep the others from being done', async () => {
  const done: string[] = [];
  const fail = async (): Promise<never> => {
    throw new Error('no');
  };
  const last = Promise.withResolvers<void>();
  const housekeeping = new Housekeeping(
    [
      { name: 'first', run: async () => done.push('first') },
      { name: 'failing', run: fail },
      { name: 'last', run: async () => last.resolve() },
    ],
    silentLog,
  );
  await last.promise;
  await housekeeping.stop();
  expect(done).toEqual(['first']);
});

test('stopping ends the chore that is being done and begins no other', async () => {
  const begun = Promise.withResolvers<void>();
  const endOf = async (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve());
      begun.resolve();
    });
  let isOtherDone = false;
  const housekeeping = new Housekeeping(
    [
      { name: 'long', run: endOf },
      { name: 'other', run: async () => (isOtherDone = true) },
    ],
    silentLog,
  );
  await begun.promise;
  await housekeeping.stop();
  expect(isOtherDone).toBe(false);
});
