import type { MessageItem, NoticeItem, TimelineItem } from '../../model/timeline-item.ts';

export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly ts: number }
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: MessageItem;
      readonly isFirstOfGroup: boolean;
      readonly isLastOfGroup: boolean;
    }
  | { readonly kind: 'notices'; readonly key: string; readonly notices: readonly NoticeItem[] };

/** Messages of one sender stand together as long as no more than this lies between them. */
const GROUP_MS = 5 * 60_000;

const dayOf = (ts: number): string => new Date(ts).toDateString();

function isSameGroup(before: TimelineItem | undefined, after: TimelineItem | undefined): boolean {
  if (before?.kind !== 'message' || after?.kind !== 'message') return false;
  return (
    before.sender.userId === after.sender.userId &&
    after.ts - before.ts < GROUP_MS &&
    dayOf(before.ts) === dayOf(after.ts)
  );
}

/**
 * What stands on the screen, top to bottom: a heading per day, the line above what is new since `readUpTo`, messages
 * grouped by sender, and neighboring notices in one row. The line is left out when nothing new is from others.
 */
export function rowsOf(items: readonly TimelineItem[], readUpTo: string | undefined): readonly TimelineRow[] {
  const unreadAfter = unreadIndex(items, readUpTo);
  const rows: TimelineRow[] = [];
  items.forEach((item, index) => {
    const before = items[index - 1];
    const startsDay = before === undefined || dayOf(before.ts) !== dayOf(item.ts);
    const startsUnread = index === unreadAfter;
    if (startsDay) rows.push({ kind: 'day', key: `day-${dayOf(item.ts)}`, ts: item.ts });
    if (startsUnread) rows.push({ kind: 'unread', key: 'unread' });
    const last = rows.at(-1);
    if (item.kind === 'message') {
      const isFirstOfGroup = startsDay || startsUnread || !isSameGroup(before, item);
      const isLastOfGroup = index + 1 === unreadAfter || !isSameGroup(item, items[index + 1]);
      rows.push({ kind: 'message', key: item.key, message: item, isFirstOfGroup, isLastOfGroup });
    } else if (last?.kind === 'notices') {
      rows[rows.length - 1] = { ...last, notices: [...last.notices, item] };
    } else {
      rows.push({ kind: 'notices', key: item.key, notices: [item] });
    }
  });
  return rows;
}

/** The index of the first item that is new, or -1. */
function unreadIndex(items: readonly TimelineItem[], readUpTo: string | undefined): number {
  if (readUpTo === undefined) return -1;
  const readIndex = items.findIndex(({ eventId }) => eventId === readUpTo);
  if (readIndex === -1) return -1;
  const next = items.findIndex((item, index) => index > readIndex && item.kind === 'message' && !item.isOwn);
  // Own messages between mean that the person was here since.
  const wasHere = items
    .slice(readIndex + 1, next === -1 ? undefined : next)
    .some((item) => item.kind === 'message' && item.isOwn);
  return next === -1 || wasHere ? -1 : next;
}
