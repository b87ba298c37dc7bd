import {
  ClientEvent,
  EventType,
  MatrixEventEvent,
  NotificationCountType,
  RoomEvent,
  RoomStateEvent,
  type MatrixEvent,
  type Room,
} from 'matrix-js-sdk';
import type { LastMessage, MessagePreview, RoomSummary } from '../model/room-summary.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../observable/observable.ts';
import type { DirectChats } from './direct-chats.ts';
import { bodyOf } from './message-body.ts';
import { personIn } from './person-of.ts';
import { noticeOf } from './room-notice.ts';
import { Scheduled } from './scheduled.ts';
import type { MatrixSession } from './session.ts';

/** How far back from the end a message for the list is looked for; the rest are reactions and the like. */
const PREVIEW_DEPTH = 30;

/** All conversations, in no order: that is the screen's. */
export class RoomListModel implements Disposable {
  readonly #session: MatrixSession;
  readonly #directChats: DirectChats;
  readonly #rooms = new MutableValue<readonly RoomSummary[]>([]);
  readonly #summaries = new Map<string, { readonly text: string; readonly summary: RoomSummary }>();
  readonly #cleanups = new Cleanups();

  constructor(session: MatrixSession, directChats: DirectChats) {
    this.#session = session;
    this.#directChats = directChats;
    this.#follow();
    this.#rebuild();
  }

  get rooms(): Observable<readonly RoomSummary[]> {
    return this.#rooms;
  }

  #follow(): void {
    const { client } = this.#session;
    const scheduled = new Scheduled(() => this.#rebuild(), 60);
    const { request } = scheduled;
    client.on(ClientEvent.Room, request);
    client.on(ClientEvent.DeleteRoom, request);
    client.on(ClientEvent.AccountData, request);
    client.on(RoomEvent.Timeline, request);
    client.on(RoomEvent.Name, request);
    client.on(RoomEvent.MyMembership, request);
    client.on(RoomEvent.Receipt, request);
    client.on(RoomEvent.Redaction, request);
    client.on(RoomEvent.LocalEchoUpdated, request);
    client.on(ClientEvent.Sync, request);
    client.on(RoomStateEvent.Members, request);
    client.on(MatrixEventEvent.Decrypted, request);
    this.#cleanups.add(() => {
      scheduled.cancel();
      client.off(ClientEvent.Room, request);
      client.off(ClientEvent.DeleteRoom, request);
      client.off(ClientEvent.AccountData, request);
      client.off(RoomEvent.Timeline, request);
      client.off(RoomEvent.Name, request);
      client.off(RoomEvent.MyMembership, request);
      client.off(RoomEvent.Receipt, request);
      client.off(RoomEvent.Redaction, request);
      client.off(RoomEvent.LocalEchoUpdated, request);
      client.off(ClientEvent.Sync, request);
      client.off(RoomStateEvent.Members, request);
      client.off(MatrixEventEvent.Decrypted, request);
    });
  }

  #rebuild(): void {
    const rooms = this.#session.client.getVisibleRooms();
    const summaries = rooms.map((room) => this.#summarize(room)).filter((summary) => summary !== undefined);
    const now = this.#rooms.get();
    const isSame = now.length === summaries.length && now.every((summary, index) => summary === summaries[index]);
    if (!isSame) this.#rooms.set(summaries);
  }

  /** The same object as before while nothing changed, so that its row is not drawn again. */
  #summarize(room: Room): RoomSummary | undefined {
    const membership: string = room.getMyMembership();
    const isInvitation = membership === 'invite';
    if (!isInvitation && membership !== 'join') return undefined;
    const summary = this.#read(room, isInvitation);
    const text = JSON.stringify(summary);
    const kept = this.#summaries.get(room.roomId);
    if (kept?.text === text) return kept.summary;
    this.#summaries.set(room.roomId, { text, summary });
    return summary;
  }

  #read(room: Room, isInvitation: boolean): RoomSummary {
    const words = this.#session.words();
    const partnerId = this.#directChats.partnerOf(room);
    const partner = partnerId === undefined ? undefined : personIn(room, partnerId, words);
    const inviterId = isInvitation ? room.getMember(this.#session.userId)?.events.member?.getSender() : undefined;
    const lastMessage = isInvitation ? undefined : this.#lastMessage(room);
    return {
      roomId: room.roomId,
      membership: isInvitation ? 'invited' : 'joined',
      name: partner?.name ?? room.name,
      isDirect: partner !== undefined,
      partner,
      inviter: inviterId === undefined ? undefined : personIn(room, inviterId, words),
      isEncrypted: room.hasEncryptionStateEvent(),
      unreadCount: room.getUnreadNotificationCount(NotificationCountType.Total),
      mentionCount: room.getUnreadNotificationCount(NotificationCountType.Highlight),
      lastMessage,
      lastActivityTs: lastMessage?.ts ?? Math.max(0, room.getLastLiveEvent()?.getTs() ?? 0),
    };
  }

  #lastMessage(room: Room): LastMessage | undefined {
    const events = [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()];
    for (const event of events.slice(-PREVIEW_DEPTH).toReversed()) {
      const preview = this.#preview(event, room);
      const senderId = event.getSender();
      if (preview === undefined || senderId === undefined) continue;
      const sender = personIn(room, senderId, this.#session.words());
      return { sender, isOwn: senderId === this.#session.userId, preview, ts: event.getTs() };
    }
    return undefined;
  }

  #preview(event: MatrixEvent, room: Room): MessagePreview | undefined {
    const personOf = (userId: string): ReturnType<typeof personIn> => personIn(room, userId, this.#session.words());
    const type = event.getType();
    if (event.isState()) {
      const notice = noticeOf(event, personOf);
      if (notice?.kind === 'created') return { kind: 'created' };
      if (notice?.kind === 'joined' || notice?.kind === 'left' || notice?.kind === 'invited')
        return { kind: 'membership', change: notice.kind, name: notice.subject.name };
      return undefined;
    }
    const isMessage =
      type === (EventType.RoomMessage as string) ||
      type === (EventType.RoomMessageEncrypted as string) ||
      type === 'm.sticker';
    if (!isMessage || event.isRelation('m.replace') || event.isRelation('m.annotation')) return undefined;
    const body = bodyOf(event, personOf);
    switch (body.kind) {
      case 'text':
        return { kind: 'text', text: body.text.slice(0, 200) };
      case 'image':
      case 'file':
      case 'deleted':
      case 'waiting':
      case 'verification':
        return { kind: body.kind };
      case 'unsupported':
        return { kind: 'other' };
    }
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}
