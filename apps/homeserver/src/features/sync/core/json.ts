import type { UserId } from '@stafette/protocol';
import type { UnreadOfRoom } from '../../push/index.ts';

/** Answers are put together from texts that exist already: events are not parsed and not written anew. */
export const eventList = (events: readonly string[]): string => `{"events":[${events.join(',')}]}`;

/** A member of an object and its JSON text. */
export type Part = readonly [name: string, json: string];

/** An object of the parts that there are. */
export const objectOf = (parts: readonly (Part | undefined)[]): string =>
  `{${parts
    .filter((part) => part !== undefined)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(',')}}`;

export const receiptEvent = (content: string): string => `{"content":${content},"type":"m.receipt"}`;

export const typingEvent = (userIds: readonly UserId[]): string =>
  JSON.stringify({ content: { user_ids: userIds }, type: 'm.typing' });

export const accountDataEvent = (type: string, content: string): string =>
  `{"content":${content},"type":${JSON.stringify(type)}}`;

/** Unread counts with those of threads added. */
export function totalUnread({ main, threads }: UnreadOfRoom): UnreadOfRoom['main'] {
  let { notificationCount, highlightCount } = main;
  for (const thread of threads.values()) {
    notificationCount += thread.notificationCount;
    highlightCount += thread.highlightCount;
  }
  return { notificationCount, highlightCount };
}
