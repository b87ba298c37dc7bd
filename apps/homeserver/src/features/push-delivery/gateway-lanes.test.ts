import { MovableClock } from '@stafette/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { GatewayLanes, retryAfterMs } from './gateway-lanes.ts';

const [ONE, OTHER] = ['https://one.example', 'https://other.example'];

let clock: MovableClock;
let lanes: GatewayLanes;
beforeEach(() => {
  clock = new MovableClock();
  lanes = new GatewayLanes(clock);
});

/** Takes places until there is none; returns how many there were. */
function fill(gateway: string): number {
  let count = 0;
  while (lanes.enter(gateway)) count += 1;
  return count;
}
const prove = (gateway: string): void => {
  expect(lanes.enter(gateway)).toBe(true);
  lanes.leave(gateway, true);
};

describe('a gateway', () => {
  test('gets one request until it was reached, and many from then on', () => {
    expect(fill(ONE)).toBe(1);
    expect(lanes.closed()).toEqual([ONE]);
    expect(lanes.proven()).toEqual([]);
    lanes.leave(ONE, true);
    expect(lanes.proven()).toEqual([ONE]);
    expect(fill(ONE)).toBe(16);
    expect(fill(OTHER)).toBe(1);
  });

  test('that was not reached is left alone, twice as long each time', () => {
    for (const failures of [1, 2, 3]) {
      expect(lanes.enter(ONE)).toBe(true);
      expect(lanes.leave(ONE, false)).toBe(failures);
      clock.advance(retryAfterMs(failures) - 1);
      expect(lanes.enter(ONE)).toBe(false);
      expect(lanes.closed()).toEqual([ONE]);
      clock.advance(1);
    }
    prove(ONE);
    expect(lanes.enter(ONE)).toBe(true);
    expect(lanes.leave(ONE, false)).toBe(1);
  });

  test('that dies under many requests has failed once, and is no longer proven', () => {
    prove(ONE);
    const count = fill(ONE);
    for (let left = count; left > 0; left -= 1) expect(lanes.leave(ONE, false)).toBe(1);
    expect(lanes.proven()).toEqual([]);
    clock.advance(retryAfterMs(1));
    expect(fill(ONE)).toBe(1);
  });

  test('of which nothing was found out stays what it was', () => {
    prove(ONE);
    expect(lanes.enter(ONE)).toBe(true);
    expect(lanes.leave(ONE, undefined)).toBe(0);
    expect(lanes.proven()).toEqual([ONE]);
    expect(lanes.closed()).toEqual([]);
  });
});

describe('many gateways', () => {
  test('that nobody has reached leave room for those that are alive', () => {
    prove(ONE);
    const unreached = Array.from({ length: 100 }, (_, index) => `https://dead${index}.example`);
    expect(unreached.filter((gateway) => lanes.enter(gateway))).toHaveLength(16);
    expect(lanes.hasRoomForUnproven).toBe(false);
    expect(fill(ONE)).toBe(16);
    lanes.leave(unreached[0] ?? '', true);
    expect(lanes.hasRoomForUnproven).toBe(true);
  });

  test('have sixty-four requests under way together', () => {
    const alive = Array.from({ length: 5 }, (_, index) => `https://alive${index}.example`);
    for (const gateway of alive) prove(gateway);
    expect(alive.map(fill)).toEqual([16, 16, 16, 16, 0]);
    expect(lanes.freeCount).toBe(0);
    lanes.leave(alive[0] ?? '', true);
    expect(lanes.freeCount).toBe(1);
    expect(fill(alive[4] ?? '')).toBe(1);
  });

  test('count as unproven once they die, whatever is still under way to them', () => {
    const dying = Array.from({ length: 2 }, (_, index) => `https://dying${index}.example`);
    for (const gateway of dying) prove(gateway);
    for (const gateway of dying) fill(gateway);
    for (const gateway of dying) lanes.leave(gateway, false);
    expect(lanes.hasRoomForUnproven).toBe(false);
    expect(lanes.enter(OTHER)).toBe(false);
    for (const gateway of dying) for (let left = 15; left > 0; left -= 1) lanes.leave(gateway, false);
    expect(lanes.enter(OTHER)).toBe(true);
    expect(lanes.freeCount).toBe(63);
  });
});

test('waiting doubles up to an hour', () => {
  expect([1, 2, 3, 12, 13, 1000].map(retryAfterMs)).toEqual([1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000]);
});
