import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import type { UserId } from '@stafette/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { action, History, PEOPLE } from './sync-history.ts';
import { addAccounts, openWorld, userNamed, type SyncWorld } from './sync-world.ts';

/** What a client knows after any number of answers. */
export interface ClientModel {
  /** Asks once, as the device; `asks` picks one of several requests, 0 is the one that is compared. */
  update(world: SyncWorld, userId: UserId, deviceId: string, asks: number): Promise<void>;
}

/**
 * The law of synchronising: whatever happened, what a client knew and the changes since are what a new client is told.
 * Registers its database with the test file that calls it.
 */
export function lawOfSync(): <Model extends ClientModel>(
  makeModel: () => Model,
  compare: (old: Model, fresh: Model) => void,
) => Promise<void> {
  let database: TestDatabase;
  let runs = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => database.drop());

  return async (makeModel, compare) =>
    fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (steps) => {
        runs += 1;
        const people = Array.from({ length: PEOPLE }, (_unused, index) => userNamed(`person${runs}-${index}`));
        await addAccounts(database, people);
        const history = new History(await openWorld(database, runs), people);
        await history.start();
        const models = people.map(makeModel);
        const update = async (index: number, asks: number): Promise<void> => {
          const model = models[index] ?? expect.unreachable();
          await model.update(history.world, history.person(index), 'OLD', asks);
        };
        for (const step of steps) {
          if (step.kind === 'sync') await update(step.actor, step.asks);
          else if (step.kind === 'restart') {
            // What was not written behind the sends is read from the events again, as after a crash.
            await history.stop();
            history.world = await openWorld(database, runs + 1_000_000, history.world);
          } else await history.perform(step);
        }
        await history.settle();
        for (const index of people.keys()) {
          await update(index, 0);
          const fresh = makeModel();
          await fresh.update(history.world, history.person(index), 'NEW', 0);
          compare(models[index] ?? expect.unreachable(), fresh);
        }
        await history.stop();
      }),
      { numRuns: Number(process.env['STAFETTE_LAW_RUNS'] ?? 12), endOnFailure: false },
    );
}
