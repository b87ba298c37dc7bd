import type { RoomId, UserId } from '@stafette/protocol';
import { encodePaginationToken } from '../../../streams/tokens.ts';
import type { UnreadOfRoom } from '../../push/index.ts';
import { eventList, objectOf, totalUnread } from '../core/json.ts';
import type { StateAfterName } from './sync-request.ts';

export interface TimelineJson {
  readonly events: readonly string[];
  readonly isLimited: boolean;
  /** Place just before the first event. */
  readonly start: number;
}

export const timelineJson = ({ events, isLimited, start }: TimelineJson): string =>
  `{"events":[${events.join(',')}],"limited":${isLimited},"prev_batch":"${encodePaginationToken(start)}"}`;

/** State under the names that the client asked for. */
export function stateParts(
  names: readonly StateAfterName[],
  events: readonly string[],
): readonly (readonly [string, string])[] {
  const json = eventList(events);
  return names.length === 0 ? [['state', json]] : names.map((name) => [name, json] as const);
}

export interface Summary {
  readonly heroes: readonly UserId[] | undefined;
  readonly joinedCount: number;
  readonly invitedCount: number;
}

export const summaryJson = ({ heroes, joinedCount, invitedCount }: Summary): string =>
  JSON.stringify({
    ...(heroes === undefined ? {} : { 'm.heroes': heroes }),
    'm.joined_member_count': joinedCount,
    'm.invited_member_count': invitedCount,
  });

const countsJson = (notifications: number, highlights: number): string =>
  `{"highlight_count":${highlights},"notification_count":${notifications}}`;

/** Unread counts of a room, with threads apart or added to it. */
export function unreadParts(unread: UnreadOfRoom, withThreads: boolean): readonly (readonly [string, string])[] {
  const { notificationCount, highlightCount } = withThreads ? unread.main : totalUnread(unread);
  const main = ['unread_notifications', countsJson(notificationCount, highlightCount)] as const;
  if (!withThreads || unread.threads.size === 0) return [main];
  const threads = [...unread.threads].map(
    ([root, counts]) => [root, countsJson(counts.notificationCount, counts.highlightCount)] as const,
  );
  return [main, ['unread_thread_notifications', objectOf(threads)]];
}

/** A section of rooms by id; undefined when it is empty. */
export function roomSection(name: string, rooms: ReadonlyMap<RoomId, string>): readonly [string, string] | undefined {
  if (rooms.size === 0) return undefined;
  return [name, objectOf([...rooms])];
}
