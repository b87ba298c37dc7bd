import { describe, expect, it } from 'vitest';
import { isVisibleTo, readHistoryVisibility, type HistoryVisibility } from './history-visibility.ts';

const settings: readonly HistoryVisibility[] = ['world_readable', 'shared', 'invited', 'joined'];

/** Which settings show an event to a user, by membership at the event and whether the user joined later. */
const expected: readonly (readonly [
  membership: string,
  joinedLater: boolean,
  visible: readonly HistoryVisibility[],
])[] = [
  ['join', false, settings],
  ['join', true, settings],
  ['invite', false, ['world_readable', 'invited']],
  ['invite', true, ['world_readable', 'shared', 'invited']],
  ['leave', false, ['world_readable']],
  ['leave', true, ['world_readable', 'shared']],
  ['knock', false, ['world_readable']],
  ['knock', true, ['world_readable', 'shared']],
  ['ban', false, ['world_readable']],
  ['ban', true, ['world_readable', 'shared']],
];

describe('an event is visible', () => {
  it.each(expected)(
    'to a user of membership %s (joined later: %s) exactly under %j',
    (membership, joinedLater, visible) => {
      const found = settings.filter((visibility) =>
        isVisibleTo({ visibilities: [visibility], memberships: [membership], joinedLater }),
      );
      expect(found).toEqual(visible);
    },
  );

  it('when it opens or closes the history and either side shows it', () => {
    const stranger = { memberships: ['leave'], joinedLater: false };
    expect(isVisibleTo({ ...stranger, visibilities: ['world_readable', 'joined'] })).toBe(true);
    expect(isVisibleTo({ ...stranger, visibilities: ['joined', 'world_readable'] })).toBe(true);
    expect(isVisibleTo({ ...stranger, visibilities: ['joined', 'invited'] })).toBe(false);
  });

  it("when it is the user's own and the membership before or after shows it", () => {
    const hidden = { visibilities: ['joined'], joinedLater: false } as const;
    expect(isVisibleTo({ ...hidden, memberships: ['leave', 'join'] })).toBe(true);
    expect(isVisibleTo({ ...hidden, memberships: ['join', 'ban'] })).toBe(true);
    expect(isVisibleTo({ ...hidden, memberships: ['invite', 'leave'] })).toBe(false);
  });
});

describe('the history visibility of a room', () => {
  it.each(settings)('is read: %s', (visibility) => {
    expect(readHistoryVisibility({ history_visibility: visibility })).toBe(visibility);
  });

  it.each([[undefined], [{}], [{ history_visibility: 'everybody' }], [{ history_visibility: ['joined'] }]])(
    'is shared when it is %j',
    (content) => expect(readHistoryVisibility(content)).toBe('shared'),
  );
});
