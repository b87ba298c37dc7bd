import {
  EventStatus,
  EventType,
  KnownMembership,
  MatrixEventEvent,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  type MatrixEvent,
  type Room,
  type RoomMember,
} from 'matrix-js-sdk';
import { EventShieldReason } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { Person } from '../model/person.ts';
import type { MessageItem, TimelineItem } from '../model/timeline-item.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../observable/observable.ts';
import { LateKeys } from './late-keys.ts';
import { personIn } from './person-of.ts';
import { Scheduled } from './scheduled.ts';
import type { MatrixSession } from './session.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const PAGE_SIZE = 40;

/** What happened in one room, from the newest backwards as far as it was asked for. */
export class TimelineModel implements Disposable {
  readonly roomId: string;
  /** Where the person had read to when the room was opened. */
  readonly initiallyReadUpTo: string | undefined;
  readonly #session: MatrixSession;
  readonly #room: Room;
  readonly #builder: TimelineBuilder;
  readonly #items = new MutableValue<readonly TimelineItem[]>([]);
  readonly #typing = new MutableValue<readonly Person[]>([]);
  readonly #hasOlder = new MutableValue(true);
  /** Messages that replies answer and that lie further back than what was loaded. */
  readonly #fetched = new Map<string, MatrixEvent | undefined>();
  readonly #trust = new WeakMap<MatrixEvent, MessageItem['trust']>();
  readonly #cleanups = new Cleanups();
  readonly #scheduled = new Scheduled(() => this.#rebuild(), 16);
  readonly #lateKeys: LateKeys;

  constructor(session: MatrixSession, room: Room) {
    this.#session = session;
    this.#room = room;
    this.roomId = room.roomId;
    this.initiallyReadUpTo = room.getEventReadUpTo(session.userId) ?? undefined;
    this.#lateKeys = new LateKeys(session.client, () => room.getLiveTimeline().getEvents());
    this.#builder = new TimelineBuilder({
      room,
      ownUserId: session.userId,
      personOf: (userId) => personIn(room, userId, session.words()),
      findEvent: (eventId) => this.#find(eventId),
      trustOf: (event) => this.#trustOf(event),
    });
    this.#follow();
    this.#rebuild();
  }

  get items(): Observable<readonly TimelineItem[]> {
    return this.#items;
  }

  get typing(): Observable<readonly Person[]> {
    return this.#typing;
  }

  get hasOlder(): Observable<boolean> {
    return this.#hasOlder;
  }

  /** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages */
  async loadOlder(): Promise<void> {
    const timeline = this.#room.getLiveTimeline();
    const hasMore = await this.#session.client.paginateEventTimeline(timeline, { backwards: true, limit: PAGE_SIZE });
    await this.#room.decryptAllEvents();
    this.#rebuild();
    this.#hasOlder.set(hasMore);
  }

  /** Everything on the screen has been seen. */
  async markRead(): Promise<void> {
    const last = this.#room
      .getLiveTimeline()
      .getEvents()
      .findLast((event) => event.status === null && event.getId()?.startsWith('$') === true);
    const eventId = last?.getId();
    if (last === undefined || eventId === undefined) return;
    const isUnread = this.#room.getUnreadNotificationCount() > 0;
    if (!isUnread && this.#room.getEventReadUpTo(this.#session.userId, true) === eventId) return;
    await this.#session.client.setRoomReadMarkers(this.roomId, eventId, last);
  }

  async react(eventId: string, key: string): Promise<void> {
    await this.#session.client.sendEvent(this.roomId, EventType.Reaction, {
      // RelationType.Annotation is this string; the SDK's type wants its enumeration.
      'm.relates_to': { rel_type: 'm.annotation' as never, event_id: eventId, key },
    });
  }

  async delete(eventId: string, reason: string | undefined): Promise<void> {
    await this.#session.client.redactEvent(this.roomId, eventId, undefined, reason === undefined ? {} : { reason });
  }

  /** Sends a message that failed once more. */
  async retry(key: string): Promise<void> {
    const event = this.#pending(key);
    if (event) await this.#session.client.resendEvent(event, this.#room);
  }

  /** Gives up a message that failed. */
  discard(key: string): void {
    const event = this.#pending(key);
    if (event?.status === EventStatus.NOT_SENT || event?.status === EventStatus.QUEUED)
      this.#session.client.cancelPendingEvent(event);
  }

  #pending(key: string): MatrixEvent | undefined {
    return this.#room.getPendingEvents().find((event) => event.getTxnId() === key);
  }

  #follow(): void {
    const { client } = this.#session;
    const { request } = this.#scheduled;
    const onTyping = (_event: MatrixEvent, member: RoomMember): void => {
      if (member.roomId === this.roomId) this.#readTyping();
    };
    client.on(RoomEvent.Timeline, request);
    client.on(RoomEvent.TimelineReset, request);
    client.on(RoomEvent.LocalEchoUpdated, request);
    client.on(RoomEvent.Redaction, request);
    client.on(RoomEvent.RedactionCancelled, request);
    client.on(RoomEvent.Receipt, request);
    client.on(RoomStateEvent.Members, request);
    client.on(MatrixEventEvent.Decrypted, request);
    client.on(MatrixEventEvent.Replaced, request);
    client.on(RoomMemberEvent.Typing, onTyping);
    this.#cleanups.add(() => {
      this.#scheduled.cancel();
      client.off(RoomEvent.Timeline, request);
      client.off(RoomEvent.TimelineReset, request);
      client.off(RoomEvent.LocalEchoUpdated, request);
      client.off(RoomEvent.Redaction, request);
      client.off(RoomEvent.RedactionCancelled, request);
      client.off(RoomEvent.Receipt, request);
      client.off(RoomStateEvent.Members, request);
      client.off(MatrixEventEvent.Decrypted, request);
      client.off(MatrixEventEvent.Replaced, request);
      client.off(RoomMemberEvent.Typing, onTyping);
    });
  }

  #rebuild(): void {
    const items = this.#builder.build();
    const now = this.#items.get();
    const isSame = now.length === items.length && now.every((item, index) => item === items[index]);
    if (!isSame) this.#items.set(items);
    this.#lateKeys.watch();
  }

  #readTyping(): void {
    const typing = this.#room
      .getMembersWithMembership(KnownMembership.Join)
      .filter((member) => member.typing && member.userId !== this.#session.userId);
    this.#typing.set(typing.map(({ userId }) => personIn(this.#room, userId, this.#session.words())));
  }

  #find(eventId: string): MatrixEvent | undefined {
    const loaded = this.#room.findEventById(eventId);
    if (loaded) return loaded;
    if (!this.#fetched.has(eventId)) {
      this.#fetched.set(eventId, undefined);
      // Out of reach is shown as such.
      this.#fetch(eventId).then(this.#scheduled.request, () => undefined);
    }
    return this.#fetched.get(eventId);
  }

  async #fetch(eventId: string): Promise<void> {
    const { client } = this.#session;
    const event = client.getEventMapper()(await client.fetchRoomEvent(this.roomId, eventId));
    await client.decryptEventIfNeeded(event);
    this.#fetched.set(eventId, event);
  }

  /** Known a moment after it is first asked for. */
  #trustOf(event: MatrixEvent): MessageItem['trust'] {
    const known = this.#trust.get(event);
    if (known !== undefined) return known;
    if (!event.isEncrypted() || event.isDecryptionFailure() || event.isBeingDecrypted() || event.status !== null)
      return 'good';
    this.#trust.set(event, 'good');
    this.#readTrust(event).then(this.#scheduled.request, () => undefined);
    return 'good';
  }

  async #readTrust(event: MatrixEvent): Promise<void> {
    const information = await this.#session.client.getCrypto()?.getEncryptionInfoForEvent(event);
    this.#trust.set(event, trustFromReason(information?.shieldReason ?? null));
  }

  dispose(): void {
    this.#lateKeys.dispose();
    this.#cleanups.dispose();
  }
}

function trustFromReason(reason: EventShieldReason | null): MessageItem['trust'] {
  switch (reason) {
    case EventShieldReason.UNSIGNED_DEVICE:
    case EventShieldReason.UNKNOWN_DEVICE:
      return 'unconfirmed-device';
    case EventShieldReason.MISMATCHED_SENDER:
    case EventShieldReason.MISMATCHED_SENDER_KEY:
    case EventShieldReason.SENT_IN_CLEAR:
    case EventShieldReason.VERIFICATION_VIOLATION:
      return 'doubtful';
    default:
      return 'good';
  }
}
