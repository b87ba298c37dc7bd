import { EventStatus, EventType, type MatrixEvent, type Room } from 'matrix-js-sdk';
import type { Person } from '../model/person.ts';
import type { DeliveryState, MessageItem, Reaction, ReplyPreview, TimelineItem } from '../model/timeline-item.ts';
import { bodyOf } from './message-body.ts';
import { noticeOf } from './room-notice.ts';

export interface TimelineBuilderOptions {
  readonly room: Room;
  readonly ownUserId: string;
  readonly personOf: (userId: string) => Person;
  /** The message that a reply answers, if it is at hand. */
  readonly findEvent: (eventId: string) => MatrixEvent | undefined;
  readonly trustOf: (event: MatrixEvent) => MessageItem['trust'];
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set([
  EventType.RoomMessage,
  EventType.RoomMessageEncrypted,
  EventType.Sticker,
]);

/** Events as people see them: edits applied, reactions gathered, what says nothing left out. Oldest first. */
export class TimelineBuilder {
  readonly #options: TimelineBuilderOptions;
  readonly #kept = new Map<string, { readonly text: string; readonly item: TimelineItem }>();

  constructor(options: TimelineBuilderOptions) {
    this.#options = options;
  }

  build(): readonly TimelineItem[] {
    const { room } = this.#options;
    const events = [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()];
    const items: TimelineItem[] = [];
    // From the newest on, so that receipts on events that are not shown fall on the message before them.
    let readers: Person[] = [];
    let isRead = false;
    for (const event of events.toReversed()) {
      const here = this.#readersOf(event);
      // Who wrote something later has read what stands before.
      isRead ||= here.length > 0 || (event.getSender() !== this.#options.ownUserId && !event.isState());
      readers = [...here, ...readers];
      const item = this.#item(event, readers, isRead);
      if (item === undefined) continue;
      items.push(this.#reuse(item));
      if (item.kind === 'message') readers = [];
    }
    return items.toReversed();
  }

  /** An item that did not change stays the same object, so that its row is not drawn again. */
  #reuse(item: TimelineItem): TimelineItem {
    const text = JSON.stringify(item);
    const kept = this.#kept.get(item.key);
    if (kept?.text === text) return kept.item;
    this.#kept.set(item.key, { text, item });
    return item;
  }

  #readersOf(event: MatrixEvent): Person[] {
    const { room, ownUserId, personOf } = this.#options;
    const receipts = room
      .getReceiptsForEvent(event)
      .filter(({ userId }) => userId !== ownUserId && userId !== event.getSender());
    const unique = new Set(receipts.map(({ userId }) => userId));
    return [...unique].map(personOf);
  }

  #item(event: MatrixEvent, readers: readonly Person[], isRead: boolean): TimelineItem | undefined {
    const eventId = event.getId();
    if (event.isState()) {
      const notice = eventId === undefined ? undefined : noticeOf(event, this.#options.personOf);
      return notice === undefined || eventId === undefined
        ? undefined
        : { kind: 'notice', key: eventId, eventId, ts: event.getTs(), notice };
    }
    if (!MESSAGE_TYPES.has(event.getType()) || event.isRelation('m.replace') || event.isRelation('m.annotation'))
      return undefined;
    return this.#message(event, readers, isRead);
  }

  #message(event: MatrixEvent, readers: readonly Person[], isRead: boolean): MessageItem {
    const { ownUserId, personOf, room, trustOf } = this.#options;
    const senderId = event.getSender() ?? '';
    const isOwn = senderId === ownUserId;
    const isLocal = event.status !== null;
    const eventId = isLocal && event.status !== EventStatus.SENT ? undefined : event.getId();
    const body = bodyOf(event, personOf);
    const isAlive = body.kind !== 'deleted' && !isLocal;
    return {
      kind: 'message',
      key: event.getTxnId() ?? event.getId() ?? '',
      eventId,
      sender: personOf(senderId),
      isOwn,
      ts: event.getTs(),
      body,
      reply: body.kind === 'deleted' ? undefined : this.#reply(event),
      reactions: eventId === undefined ? [] : this.#reactions(eventId),
      isEdited: body.kind !== 'deleted' && event.replacingEventId() !== undefined,
      delivery: deliveryOf(event, isRead),
      readers,
      trust: trustOf(event),
      canEdit: isOwn && isAlive && body.kind === 'text',
      canDelete: isAlive && (isOwn || room.currentState.maySendRedactionForEvent(event, ownUserId)),
    };
  }

  #reply(event: MatrixEvent): ReplyPreview | undefined {
    const eventId = event.replyEventId;
    if (eventId === undefined) return undefined;
    const target = this.#options.findEvent(eventId);
    if (target === undefined) return { eventId, sender: undefined, body: undefined };
    const { personOf } = this.#options;
    return { eventId, sender: personOf(target.getSender() ?? ''), body: bodyOf(target, personOf) };
  }

  #reactions(eventId: string): readonly Reaction[] {
    const { room, ownUserId, personOf } = this.#options;
    const relations = room.relations.getChildEventsForEvent(eventId, 'm.annotation', EventType.Reaction);
    const byKey = relations?.getSortedAnnotationsByKey() ?? [];
    return byKey
      .map(([key, events]) => {
        const alive = [...events].filter((event) => !event.isRedacted());
        const senders = [...new Set(alive.map((event) => event.getSender() ?? ''))];
        const ownEventId = alive.find((event) => event.getSender() === ownUserId)?.getId();
        return { key, senders: senders.map(personOf), ownEventId };
      })
      .filter(({ senders }) => senders.length > 0);
  }
}

function deliveryOf(event: MatrixEvent, isRead: boolean): DeliveryState {
  switch (event.status) {
    case EventStatus.NOT_SENT:
    case EventStatus.CANCELLED:
      return 'failed';
    case EventStatus.ENCRYPTING:
    case EventStatus.QUEUED:
    case EventStatus.SENDING:
      return 'sending';
    case EventStatus.SENT:
    case null:
      return isRead ? 'read' : 'sent';
  }
}
