import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeLog } from './change-log.ts';

test('a log knows the rooms that changed after any position, however long it grows', () => {
  const changes = fc.array(fc.record({ room: fc.nat({ max: 20 }), step: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(changes, fc.nat({ max: 900 }), (steps, since) => {
      const log = new ChangeLog<number>(10);
      const last = new Map<number, number>();
      let position = 10;
      for (const { room, step } of steps) {
        position += step;
        log.add(room, position);
        last.set(room, position);
      }
      expect(log.last).toBe(position);
      expect(log.size).toBeLessThanOrEqual(Math.max(32, 2 * last.size));
      const expected = since < 10 ? undefined : new Set([...last].filter(([, at]) => at > since).map(([room]) => room));
      expect(log.since(since)).toEqual(expected);
    }),
  );
});
