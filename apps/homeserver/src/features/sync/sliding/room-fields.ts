import type { UserId } from '@stafette/protocol';
import type { RoomView, StoredEvent } from '../../room-events/index.ts';
import type { Part } from '../core/json.ts';
import { encodePaginationToken } from '../../../streams/tokens.ts';
import type { Timeline } from '../core/timeline.ts';
import type { RoomContext } from './room-context.ts';
import type { RoomPlan } from './plan-rooms.ts';

const textIn = (event: StoredEvent | undefined, key: string): string | undefined => {
  const value = event?.content[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Name or avatar as the state says; null where one that the client may have is gone. */
const fieldOf = (name: string, value: string | undefined, isNew: boolean): Part | undefined => {
  if (value !== undefined) return [name, JSON.stringify(value)];
  return isNew ? undefined : [name, 'null'];
};

/** Name and avatar, where they are among the given state. `isNew`: the client has neither. */
export function labelParts(state: readonly StoredEvent[], isNew: boolean): readonly (Part | undefined)[] {
  const find = (type: string) => state.find((event) => event.type === type && event.stateKey === '');
  const [name, avatar] = [find('m.room.name'), find('m.room.avatar')];
  return [
    name === undefined ? undefined : fieldOf('name', textIn(name, 'name'), isNew),
    avatar === undefined ? undefined : fieldOf('avatar', textIn(avatar, 'url'), isNew),
  ];
}

function heroJson(room: RoomView, userId: UserId): string {
  const member = room.state('m.room.member', userId);
  const displayname = textIn(member, 'displayname');
  const avatarUrl = textIn(member, 'avatar_url');
  return JSON.stringify({
    user_id: userId,
    ...(displayname === undefined ? {} : { displayname }),
    ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
  });
}

/** How many are in the room, and who stands for its name if it has none. */
export const memberParts = (room: RoomView, heroes: readonly UserId[] | undefined): readonly (Part | undefined)[] => [
  heroes === undefined ? undefined : ['heroes', `[${heroes.map((hero) => heroJson(room, hero)).join(',')}]`],
  ['joined_count', String(room.joinedCount)],
  ['invited_count', String(room.invitedCount)],
];

/** A timeline, with how much of it happened since the client's last request. */
export const timelineParts = (
  timeline: Timeline,
  since: number | undefined,
  render: (event: StoredEvent) => string,
): readonly (Part | undefined)[] => [
  ['timeline', `[${timeline.events.map(render).join(',')}]`],
  ['prev_batch', JSON.stringify(encodePaginationToken(timeline.start))],
  ['limited', String(timeline.isLimited)],
  ['num_live', String(since === undefined ? 0 : timeline.events.filter((event) => event.pos > since).length)],
];

/** What a room has whoever the user is in it. */
export const commonParts = (
  { dialect, windows }: RoomContext,
  { own, after, told }: RoomPlan,
): readonly (Part | undefined)[] => [
  after === undefined ? ['initial', 'true'] : undefined,
  told?.membership === own.membership ? undefined : ['membership', JSON.stringify(own.membership)],
  dialect.hasListNames ? listsPart(windows.listNames(own.roomId)) : undefined,
];

const listsPart = (names: readonly string[]): Part | undefined =>
  names.length === 0 ? undefined : ['lists', JSON.stringify(names)];
