import { expect, test } from 'vitest';
import type { SlidingRequestBody } from './testing/sliding-bodies.ts';
import { SlidingModel } from './testing/sliding-model.ts';
import { lawOfSync } from './testing/sync-law.ts';

const extensions: SlidingRequestBody['extensions'] = {
  account_data: { enabled: true },
  receipts: { enabled: true },
  typing: { enabled: true },
};
const everything: [string, string][] = [['*', '*']];
const lazily: [string, string][] = [
  ['m.room.member', '$LAZY'],
  ['m.room.member', '$ME'],
  ['m.room.topic', ''],
  ['m.room.create', ''],
];
type List = NonNullable<SlidingRequestBody['lists']>[string];

const asking = (list: List, more: SlidingRequestBody = {}): SlidingRequestBody => ({
  lists: { rooms: list },
  extensions,
  ...more,
});

const whole = { ranges: [[0, 99]] as [number, number][] };
const narrow = { ranges: [[0, 0]] as [number, number][] };

/** Requests that a client takes turns with; the first is compared. */
const shapes: Readonly<Record<string, readonly SlidingRequestBody[]>> = {
  'all rooms with all state': [asking({ ...whole, timeline_limit: 5, required_state: everything })],
  'members loaded lazily and short timelines': [asking({ ...whole, timeline_limit: 1, required_state: lazily })],
  'a window on one room': [asking({ ...narrow, timeline_limit: 2, required_state: everything })],
  'ranges with a gap': [
    asking({
      ranges: [
        [0, 0],
        [2, 2],
      ],
      timeline_limit: 2,
      required_state: lazily,
    }),
  ],
  'windows that grow and shrink, and more or less of each room': [
    asking({ ...whole, timeline_limit: 3, required_state: lazily }),
    asking({ ...narrow, timeline_limit: 1, required_state: [] }),
    asking({ ...narrow, timeline_limit: 5, required_state: everything }),
    asking({ ...whole, timeline_limit: 1, required_state: [['m.room.topic', '']] }),
    asking({ ...whole, timeline_limit: 3, required_state: lazily }, { extensions: {} }),
    asking(
      { ...whole, timeline_limit: 3, required_state: lazily },
      { extensions: { receipts: { enabled: true, lists: [] }, account_data: { enabled: true, lists: [] } } },
    ),
  ],
  'rooms that are direct': [
    asking({ ...whole, timeline_limit: 1, required_state: lazily, filters: { is_dm: true } }),
    asking({ ...whole, timeline_limit: 1, required_state: lazily }),
  ],
  'rooms that are no favourites': [
    asking({ ...narrow, timeline_limit: 1, required_state: lazily, filters: { not_tags: ['m.favourite'] } }),
  ],
  invitations: [asking({ ...whole, timeline_limit: 1, required_state: lazily, filters: { is_invite: true } })],
};

const checkLaw = lawOfSync();

test.each(Object.entries(shapes))(
  'what a client knew and the changes since are what a new client is told, %s',
  async (_name, requests) => {
    await checkLaw(
      () => new SlidingModel(requests),
      (old, fresh) => {
        expect(old.common()).toEqual(fresh.common());
        for (const [roomId, room] of fresh.rooms())
          expect(old.rooms().get(roomId)?.snapshot()).toMatchObject(room.snapshot());
        // Whom the client has left, or lost sight of.
        if (requests.length === 1 && requests[0]?.lists?.['rooms']?.ranges === whole.ranges) {
          const others = [...old.rooms()].filter(([roomId]) => !fresh.rooms().has(roomId));
          const filters = requests[0].lists['rooms'].filters;
          if (filters === undefined)
            expect(others.filter(([, { membership }]) => membership !== 'leave' && membership !== 'ban')).toEqual([]);
        }
      },
    );
  },
  120_000,
);
