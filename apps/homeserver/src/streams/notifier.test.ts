import type { UserId } from '@stafette/protocol';
import { expect, test } from 'vitest';
import { Notifier } from './notifier.ts';

// Brands are for the compiler; these are good identifiers.
const user = (index: number): UserId => `@user${index}:example.org` as UserId;
const never = (): AbortSignal => new AbortController().signal;

test('everybody who waits is woken, hundreds of them in slices that let others in between', async () => {
  const notifier = new Notifier();
  const users = Array.from({ length: 1000 }, (_, index) => user(index));
  const waiting = users.map((userId) => notifier.wait(userId, 60_000, never()).promise);
  notifier.wakeForRoom(users);
  // The first slice is woken at once, the others are still waiting.
  expect(notifier.waitingCount).toBe(800);
  await Promise.all(waiting);
  expect(notifier.waitingCount).toBe(0);
});

test('a wait ends with its request', async () => {
  const notifier = new Notifier();
  const controller = new AbortController();
  const { promise } = notifier.wait(user(1), 60_000, controller.signal);
  controller.abort();
  await promise;
  expect(notifier.waitingCount).toBe(0);
  // One that is aborted already never waits.
  await notifier.wait(user(1), 60_000, controller.signal).promise;
});

test('a wait ends when its time is up', async () => {
  const notifier = new Notifier();
  await notifier.wait(user(1), 1, never()).promise;
  expect(notifier.waitingCount).toBe(0);
});

test('only personal news is told as such', () => {
  const notifier = new Notifier();
  const told: UserId[] = [];
  notifier.onPersonalNews((userId) => told.push(userId));
  notifier.wakeForRoom([user(1)]);
  notifier.wake(user(2));
  notifier.wakeAll([user(3), user(4)]);
  expect(told).toEqual([user(2), user(3), user(4)]);
});
