import type { MessageItem, NoticeItem } from '../../model/timeline-item.ts';

const anna = { userId: '@anna:example.org', name: 'Anna Weber' } as const;
export const bernd = { userId: '@bernd:example.org', name: 'Bernd Krüger' } as const;

/** Local noon, so that the calendar of whoever runs the tests does not matter. */
const NOON = new Date(2027, 2, 15, 12).getTime();

/** A text of Bernd's, read by nobody, a given number of minutes after noon. */
export function sampleMessage(id: string, minutes: number, change: Partial<MessageItem> = {}): MessageItem {
  return {
    kind: 'message',
    key: `key-${id}`,
    eventId: `$${id}`,
    sender: bernd,
    isOwn: false,
    ts: NOON + minutes * 60_000,
    body: { kind: 'text', text: `Text ${id}`, html: undefined, flavor: 'plain' },
    reply: undefined,
    reactions: [],
    isEdited: false,
    delivery: 'sent',
    readers: [],
    trust: 'good',
    canEdit: false,
    canDelete: false,
    ...change,
  };
}

export const ownMessage = (id: string, minutes: number, change: Partial<MessageItem> = {}): MessageItem =>
  sampleMessage(id, minutes, { sender: anna, isOwn: true, canEdit: true, canDelete: true, ...change });

export const sampleNotice = (id: string, minutes: number): NoticeItem => ({
  kind: 'notice',
  key: `key-${id}`,
  eventId: `$${id}`,
  ts: NOON + minutes * 60_000,
  notice: { kind: 'joined', subject: bernd, by: bernd },
});
