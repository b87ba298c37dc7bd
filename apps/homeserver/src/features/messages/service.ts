import { badJson, forbidden, MatrixError, missingParam } from '@stafette/contracts';
import { parseEventId, parseUserId, type EventId, type JsonObject, type RoomId, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Aliases } from '../rooms/index.ts';
import {
  hasAnnotation,
  isRelated,
  readRelation,
  type RoomEvents,
  type RoomView,
  type TransactionKey,
} from '../room-events/index.ts';
import { assertPossible, withAuthorisation } from './state-checks.ts';

export interface MessagesOptions {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly aliases: Aliases;
  /** Throws M_INVITE_BLOCKED. */
  readonly assertInvitable: (userId: UserId, inviter: UserId) => Promise<void>;
  /** Throws when nobody leaves this room of their own will. */
  readonly assertMayLeave: (room: RoomView, userId: UserId) => void;
}

interface Sending {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly type: string;
  readonly content: JsonObject;
  /** Milliseconds; only application services may set it. */
  readonly originServerTs: number | undefined;
}

/** An event to be sent later. `txnId` and `stateKey`: what its request had of them. */
export interface DelayedEventRequest {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly sessionKey: string;
  readonly txnId: string | undefined;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly content: JsonObject;
  readonly delayMs: number;
}

/** Resolves to the id under which the event waits. */
export type ScheduleEvent = (request: DelayedEventRequest) => Promise<string>;

const at = (originServerTs: number | undefined) => (originServerTs === undefined ? {} : { originServerTs });

/** Writing to rooms. https://spec.matrix.org/v1.19/client-server-api/#sending-events-to-a-room */
export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  async send(
    { roomId, sender, type, content, originServerTs }: Sending,
    transaction?: TransactionKey,
  ): Promise<EventId> {
    if (type === 'm.room.redaction') {
      const target = typeof content['redacts'] === 'string' ? parseEventId(content['redacts']) : undefined;
      if (target === undefined) throw missingParam('redacts is not an event id');
      const { redacts: _target, ...rest } = content;
      return this.#append(roomId, { type, sender, content: rest, redacts: target, ...at(originServerTs) }, transaction);
    }
    await this.#checkRelation(sender, type, content, transaction);
    return this.#append(roomId, { type, sender, content, ...at(originServerTs) }, transaction);
  }

  async setState(
    { roomId, sender, type, content: asked, originServerTs }: Sending,
    stateKey: string,
    transaction?: TransactionKey,
  ): Promise<EventId> {
    const room = await this.#options.roomEvents.findRoom(roomId);
    if (room === undefined) throw forbidden('You are not in this room');
    if (stateKey === '') assertPossible(room, sender, type, asked);
    const content = type === 'm.room.member' ? withAuthorisation(room, stateKey, asked) : asked;
    if (type === 'm.room.canonical_alias' && stateKey === '') await this.#options.aliases.checkCanonical(room, content);
    if (type === 'm.room.member') {
      if (typeof content['membership'] !== 'string') throw badJson('A member event needs a membership');
      const invitee = content['membership'] === 'invite' ? parseUserId(stateKey) : undefined;
      if (invitee !== undefined) await this.#options.assertInvitable(invitee, sender);
      if (content['membership'] === 'leave' && stateKey === sender) this.#options.assertMayLeave(room, sender);
    }
    return this.#append(roomId, { type, stateKey, sender, content, ...at(originServerTs) }, transaction);
  }

  async redact(
    target: {
      readonly roomId: RoomId;
      readonly eventId: EventId;
      readonly sender: UserId;
      readonly content: JsonObject;
    },
    transaction: TransactionKey,
  ): Promise<EventId> {
    const { roomId, eventId, sender, content } = target;
    return this.#append(roomId, { type: 'm.room.redaction', sender, content, redacts: eventId }, transaction);
  }

  async #append(
    roomId: RoomId,
    intent: Parameters<RoomEvents['append']>[1][number],
    transaction: TransactionKey | undefined,
  ): Promise<EventId> {
    const [event] = await this.#options.roomEvents.append(
      roomId,
      [intent],
      transaction === undefined ? {} : { transaction },
    );
    if (event === undefined) throw new Error('an append of one intent returned no event');
    return event.eventId;
  }

  /**
   * One reaction of a kind from each user, and no threads off what is about something else. A request that comes again is
   * answered as it was. https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-16
   */
  async #checkRelation(
    sender: UserId,
    type: string,
    content: JsonObject,
    transaction: TransactionKey | undefined,
  ): Promise<void> {
    const relation = readRelation(content);
    const { reader } = this.#options.database;
    if (relation?.relType === 'm.thread' && (await isRelated(reader, relation.eventId)))
      throw new MatrixError(400, 'M_UNKNOWN', 'A thread cannot begin at an event that is about another one');
    if (relation?.relType !== 'm.annotation' || relation.key === undefined) return;
    const annotation = { sender, type, eventId: relation.eventId, key: relation.key };
    const { sessionKey, txnId } = transaction ?? {};
    if (await hasAnnotation(reader, annotation, { sessionKey, txnId }))
      throw new MatrixError(400, 'M_DUPLICATE_ANNOTATION', 'You have reacted to this event like this already');
  }
}
