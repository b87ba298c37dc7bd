import type { RoomId, UserId } from '@stafette/protocol';
import { encodePaginationToken } from '../../../streams/tokens.ts';
import type { UnreadOfRoom } from '../../push/index.ts';
import type { StateAfterName } from './sync-request.ts';

/** Answers are put together from texts that exist already: events are not parsed and not written anew. */
export const eventList = (events: readonly string[]): string => `{"events":[${events.join(',')}]}`;

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** An object of the parts that there are. */
export const objectOf = (parts: readonly (readonly [name: string, json: string] | undefined)[]): string =>
  `{${parts
    .filter((part) => part !== undefined)
    .map(([name, json]) => member(name, json))
    .join(',')}}`;

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
  let { notificationCount, highlightCount } = unread.main;
  if (!withThreads) {
    for (const thread of unread.threads.values()) {
      notificationCount += thread.notificationCount;
      highlightCount += thread.highlightCount;
    }
  }
  const main = ['unread_notifications', countsJson(notificationCount, highlightCount)] as const;
  if (!withThreads || unread.threads.size === 0) return [main];
  const threads = [...unread.threads].map(([root, counts]) =>
    member(root, countsJson(counts.notificationCount, counts.highlightCount)),
  );
  return [main, ['unread_thread_notifications', `{${threads.join(',')}}`]];
}

export const receiptEvent = (content: string): string => `{"content":${content},"type":"m.receipt"}`;

export const typingEvent = (userIds: readonly UserId[]): string =>
  JSON.stringify({ content: { user_ids: userIds }, type: 'm.typing' });

export const accountDataEvent = (type: string, content: string): string =>
  `{"content":${content},"type":${JSON.stringify(type)}}`;

/** A section of rooms by id; undefined when it is empty. */
export function roomSection(name: string, rooms: ReadonlyMap<RoomId, string>): readonly [string, string] | undefined {
  if (rooms.size === 0) return undefined;
  return [name, `{${[...rooms].map(([roomId, json]) => member(roomId, json)).join(',')}}`];
}
