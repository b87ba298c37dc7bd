import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import type { RoomMember } from '../../model/room-member.ts';
import { MutableValue } from '../../observable/observable.ts';
import { MembersViewModel } from './members-view-model.ts';

const member = (name: string, change: Partial<RoomMember> = {}): RoomMember => ({
  userId: `@${name}:x`,
  name,
  membership: 'joined',
  role: 'member',
  isSelf: false,
  trust: 'unverified',
  ...change,
});

function setUp(outcome: Outcome<void> = success(undefined)): {
  panel: MembersViewModel;
  members: MutableValue<readonly RoomMember[]>;
  calls: string[];
} {
  const members = new MutableValue<readonly RoomMember[]>([
    member('Zoe'),
    member('Bernd'),
    member('Clara', { membership: 'invited' }),
    member('Max', { role: 'admin' }),
  ]);
  const calls: string[] = [];
  const panel = new MembersViewModel({
    members,
    verify: async (userId) => void calls.push(`verify ${userId}`),
    leave: async () => outcome,
    onLeft: () => void calls.push('left'),
  });
  return { panel, members, calls };
}

test('those who run the room come first, then by name; who is only invited stands apart', () => {
  const { panel } = setUp();
  expect(panel.snapshot.get().joined.map(({ name }) => name)).toEqual(['Max', 'Bernd', 'Zoe']);
  expect(panel.snapshot.get().invited.map(({ name }) => name)).toEqual(['Clara']);
});

test('the list follows who comes and goes', () => {
  const { panel, members } = setUp();
  members.set([member('Bernd')]);
  expect(panel.snapshot.get()).toMatchObject({ joined: [{ name: 'Bernd' }], invited: [] });
});

test('leaving goes back to the list', async () => {
  const { panel, calls } = setUp();
  await panel.leave();
  expect(calls).toEqual(['left']);
});

test('a failed leave says so and stays', async () => {
  const { panel, calls } = setUp(failure('offline'));
  await panel.leave();
  expect(calls).toEqual([]);
  expect(panel.snapshot.get()).toMatchObject({ hasFailed: true, isLeaving: false });
});
