import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { cacheLimitsFor, usableMemoryBytes } from './memory.ts';

const GIB = 1024 ** 3;

test('caches shrink with the memory of a small machine, and do not grow with that of a large one', () => {
  expect(cacheLimitsFor(2 * GIB)).toMatchObject({ rooms: 5_000, recentEventUnits: 8 * 1024 * 1024 });
  expect(cacheLimitsFor(8 * GIB)).toMatchObject({ rooms: 20_000, recentEventUnits: 32 * 1024 * 1024 });
  expect(cacheLimitsFor(512 * GIB)).toEqual(cacheLimitsFor(8 * GIB));
});

test('no more memory is counted on than the machine has', () => {
  expect(usableMemoryBytes()).toBeGreaterThan(0);
  expect(usableMemoryBytes()).toBeLessThanOrEqual(totalmem());
});
