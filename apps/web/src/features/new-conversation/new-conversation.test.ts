import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import type { Person } from '../../model/person.ts';
import { NewConversationViewModel, type ConversationPurpose } from './new-conversation-view-model.ts';

const bernd: Person = { userId: '@b:x', name: 'Bernd' };
const clara: Person = { userId: '@c:x', name: 'Clara' };

function setUp(purpose: ConversationPurpose): {
  dialog: NewConversationViewModel;
  world: { calls: string[]; found: Outcome<readonly Person[]>; pause: () => Promise<void> };
} {
  let waiting: (() => void) | undefined;
  const pause = async (): Promise<void> => {
    waiting?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  const world = { calls: [] as string[], found: success([bernd, clara]) as Outcome<readonly Person[]>, pause };
  const dialog = new NewConversationViewModel({
    purpose,
    searchPeople: async (term) => {
      world.calls.push(`search ${term}`);
      return world.found;
    },
    openDirectChat: async (userId) => {
      world.calls.push(`direct ${userId}`);
      return success('!direct');
    },
    createRoom: async ({ name, invitees }) => {
      world.calls.push(`create ${name}: ${invitees.join()}`);
      return success('!room');
    },
    invite: async (roomId, userIds) => {
      world.calls.push(`invite ${roomId}: ${userIds.join()}`);
      return success(undefined);
    },
    onDone: (roomId) => void world.calls.push(`done ${roomId}`),
    afterPause: (action) => {
      waiting = action;
      return () => {
        waiting = undefined;
      };
    },
  });
  return { dialog, world };
}

test('the directory is asked once somebody stops typing, not for each letter', async () => {
  const { dialog, world } = setUp({ kind: 'direct' });
  dialog.search('b');
  await world.pause();
  dialog.search('be');
  dialog.search('ber');
  await world.pause();
  expect(world.calls).toEqual(['search ber']);
  expect(dialog.snapshot.get()).toMatchObject({ results: [bernd, clara], isSearching: false });
});

test('choosing a person opens the direct chat', async () => {
  const { dialog, world } = setUp({ kind: 'direct' });
  await dialog.choose(bernd);
  expect(world.calls).toEqual(['direct @b:x', 'done !direct']);
});

test('a room needs a name, then takes those chosen along', async () => {
  const { dialog, world } = setUp({ kind: 'room' });
  await dialog.choose(bernd);
  await dialog.choose(clara);
  await dialog.choose(bernd);
  await dialog.submit();
  expect(dialog.snapshot.get().isNameMissing).toBe(true);
  dialog.changeName(' Haushalt ');
  await dialog.submit();
  expect(world.calls).toEqual(['create Haushalt: @c:x', 'done !room']);
});

test('who is there already is not offered for invitation', async () => {
  const { dialog, world } = setUp({ kind: 'invite', roomId: '!room', memberIds: ['@b:x'] });
  dialog.search('be');
  await world.pause();
  expect(dialog.snapshot.get().results).toEqual([clara]);
  await dialog.choose(clara);
  await dialog.submit();
  expect(world.calls).toContain('invite !room: @c:x');
});

test('a failing search says so', async () => {
  const { dialog, world } = setUp({ kind: 'direct' });
  world.found = failure('offline');
  dialog.search('be');
  await world.pause();
  expect(dialog.snapshot.get()).toMatchObject({ failure: 'offline', isSearching: false });
});
