import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEventAuth } from '../event-auth/state-dependent.ts';
import { stateOfAuthEvents } from '../event-auth/state-independent.ts';
import { testAuthContext } from '../testing/auth-context.ts';
import { nodeCrypto } from '../testing/node-crypto.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { playRoom, randomSteps } from '../testing/random-room.ts';
import { resolveState } from './resolve.ts';
import { separate } from './separate.ts';
import { createKey, toStateKey } from './state-key.ts';

/** One room version of each algorithm, and of each way to name the create event. */
const versions = ['1', '2', '10', '12'] as const;

describe.each(versions)('resolution in random rooms of version %s', (id) => {
  const version = getRoomVersion(id);
  const check = (property: (room: ReturnType<typeof playRoom>) => void): void =>
    fc.assert(
      fc.property(randomSteps, (steps) => property(playRoom(version, steps))),
      { numRuns: 150 },
    );

  it('does not depend on the order of the state sets, nor of their entries', () => {
    fc.assert(
      fc.property(randomSteps, fc.infiniteStream(fc.nat()), (steps, dice) => {
        const { events, stateSets } = playRoom(version, steps);
        const shuffle = <T>(items: Iterable<T>): readonly T[] =>
          [...items]
            .map((item) => ({ item, at: dice.next().value }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const shuffled = shuffle(stateSets.map((stateSet) => new Map(shuffle(stateSet))));
        const sorted = (sets: typeof stateSets): unknown => new Map(resolveState(version, sets, events, nodeCrypto));
        expect(sorted(shuffled)).toEqual(sorted(stateSets));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the create event and all that the branches agree on', () => {
    check(({ create, events, stateSets }) => {
      const resolved = resolveState(version, stateSets, events, nodeCrypto);
      expect(resolved.get(createKey)).toBe(create.eventId);
      const { unconflicted } = separate(stateSets, version.stateResolution !== 'v1');
      for (const [key, eventId] of unconflicted) expect(resolved.get(key)).toBe(eventId);
    });
  });

  it('yields only events under their own key that their own auth events allow', () => {
    check(({ events, stateSets }) => {
      const find = (eventId: Parameters<typeof events.get>[0]) => ({ event: events.get(eventId), rejected: false });
      for (const [key, eventId] of resolveState(version, stateSets, events, nodeCrypto)) {
        const event = events.get(eventId);
        expect(toStateKey(event.type, event.stateKey ?? '')).toBe(key);
        const state = stateOfAuthEvents(event, version, find);
        expect(checkEventAuth(event, state, version, testAuthContext)).toEqual({ allowed: true });
      }
    });
  });

  it('leaves the state of a single branch as it is, however often it comes', () => {
    check(({ events, stateSets: [first = new Map()] }) => {
      const copies = [first, new Map(first), new Map(first)];
      expect(new Map(resolveState(version, copies, events, nodeCrypto))).toEqual(new Map(first));
    });
  });

  it('has something to resolve in most of them', () => {
    const conflicts = fc
      .sample(randomSteps, { numRuns: 200, seed: 1 })
      .map((steps) => separate(playRoom(version, steps).stateSets, true).conflicted.size);
    expect(conflicts.filter((count) => count > 1).length).toBeGreaterThan(100);
  });
});
