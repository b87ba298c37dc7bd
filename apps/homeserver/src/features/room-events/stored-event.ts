import type { EventId, JsonObject, Pdu, RoomId, RoomVersion, UserId } from '@stafette/protocol';
import type { RelatesTo, TransactionKey } from './event-intent.ts';
import { parsePdu } from './parse-pdu.ts';

export interface StoredEventFields {
  /** Place in the events stream. */
  readonly pos: number;
  readonly roomNid: number;
  readonly roomId: RoomId;
  readonly version: RoomVersion;
  readonly eventId: EventId;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly sender: UserId;
  /** Milliseconds, as the sender's server claims. */
  readonly originServerTs: number;
  readonly depth: number;
  /** Canonical text of the event as federation carries it. */
  readonly json: string;
  readonly contentFrom: number;
  readonly contentTo: number;
  /** See features/push. */
  readonly unreadFlags: number;
  readonly notifySeq: number;
  readonly relatesTo: RelatesTo | undefined;
  /** The state event that this one replaced. */
  readonly replacesState: EventId | undefined;
  readonly redactedBy: EventId | undefined;
  readonly transaction: TransactionKey | undefined;
}

interface StoredEventContext {
  readonly redactedBecause?: StoredEvent | undefined;
  readonly previousContent?: string | undefined;
  /** The parsed event, where it is at hand. */
  readonly pdu?: Pdu;
}

/** An event that is durable, with what clients are told about it. Shared by all readers; immutable but for its caches. */
export class StoredEvent implements StoredEventFields {
  readonly pos: StoredEventFields['pos'];
  readonly roomNid: StoredEventFields['roomNid'];
  readonly roomId: StoredEventFields['roomId'];
  readonly version: StoredEventFields['version'];
  readonly eventId: StoredEventFields['eventId'];
  readonly type: StoredEventFields['type'];
  readonly stateKey: StoredEventFields['stateKey'];
  readonly sender: StoredEventFields['sender'];
  readonly originServerTs: StoredEventFields['originServerTs'];
  readonly depth: StoredEventFields['depth'];
  readonly json: StoredEventFields['json'];
  readonly contentFrom: StoredEventFields['contentFrom'];
  readonly contentTo: StoredEventFields['contentTo'];
  readonly unreadFlags: StoredEventFields['unreadFlags'];
  readonly notifySeq: StoredEventFields['notifySeq'];
  readonly relatesTo: StoredEventFields['relatesTo'];
  readonly replacesState: StoredEventFields['replacesState'];
  readonly redactedBy: StoredEventFields['redactedBy'];
  readonly transaction: StoredEventFields['transaction'];
  /** The redaction, when {@link StoredEventFields.redactedBy} is set and readers were given it. */
  readonly redactedBecause: StoredEvent | undefined;
  /** What the state was before this event, as JSON text of its content. */
  readonly previousContent: string | undefined;
  #pdu: Pdu | undefined;
  #clientBase: string | undefined;

  constructor(fields: StoredEventFields, context: StoredEventContext = {}) {
    this.pos = fields.pos;
    this.roomNid = fields.roomNid;
    this.roomId = fields.roomId;
    this.version = fields.version;
    this.eventId = fields.eventId;
    this.type = fields.type;
    this.stateKey = fields.stateKey;
    this.sender = fields.sender;
    this.originServerTs = fields.originServerTs;
    this.depth = fields.depth;
    this.json = fields.json;
    this.contentFrom = fields.contentFrom;
    this.contentTo = fields.contentTo;
    this.unreadFlags = fields.unreadFlags;
    this.notifySeq = fields.notifySeq;
    this.relatesTo = fields.relatesTo;
    this.replacesState = fields.replacesState;
    this.redactedBy = fields.redactedBy;
    this.transaction = fields.transaction;
    this.redactedBecause = context.redactedBecause;
    this.previousContent = context.previousContent;
    this.#pdu = context.pdu;
  }

  /** JSON text of the content, cut out of the event. */
  get contentJson(): string {
    return this.json.slice(this.contentFrom, this.contentTo);
  }

  /** The parsed event; parsed at the first call. */
  get pdu(): Pdu {
    this.#pdu ??= parsePdu(this.json, this);
    return this.#pdu;
  }

  /** Lets go of the parsed event, several times the size of its text; whoever needs it again has it parsed again. */
  forgetParsed(): void {
    this.#pdu = undefined;
  }

  get content(): JsonObject {
    return this.pdu.content;
  }

  get isState(): boolean {
    return this.stateKey !== undefined;
  }

  /**
   * The client format up to, and without, `unsigned` and the closing brace: the same for every reader, made once.
   * https://spec.matrix.org/v1.19/client-server-api/#room-event-format
   */
  get clientBase(): string {
    this.#clientBase ??= this.#makeClientBase();
    return this.#clientBase;
  }

  #makeClientBase(): string {
    // Canonical texts hold no space, so that this is what `JSON.stringify` of the parsed event would give.
    let text = `{"content":${this.#clientContent()},"event_id":${JSON.stringify(this.eventId)},"origin_server_ts":${this.originServerTs}`;
    const redacts = this.type === 'm.room.redaction' ? this.pdu.redacts : undefined;
    if (redacts !== undefined) text += `,"redacts":${JSON.stringify(redacts)}`;
    text += `,"room_id":${JSON.stringify(this.roomId)},"sender":${JSON.stringify(this.sender)}`;
    if (this.stateKey !== undefined) text += `,"state_key":${JSON.stringify(this.stateKey)}`;
    return `${text},"type":${JSON.stringify(this.type)}`;
  }

  /** Redactions name their target in both places, whatever the room version: clients of either kind find it. */
  #clientContent(): string {
    if (this.type !== 'm.room.redaction' || this.version.redactsInContent || this.pdu.redacts === undefined)
      return this.contentJson;
    return JSON.stringify({ ...this.content, redacts: this.pdu.redacts });
  }
}

/** A change of somebody's membership that an event made. */
export interface MembershipChange {
  readonly userId: UserId;
  readonly from: string | undefined;
  readonly to: string;
}

/** An event at the moment of its commit, with what changed by it. */
export class CommittedEvent extends StoredEvent {
  readonly membership: MembershipChange | undefined;
  /** For a redaction: the event that it took effect on, as it reads now. */
  readonly redactedTarget: StoredEvent | undefined;

  constructor(
    fields: StoredEventFields,
    context: {
      readonly pdu: Pdu;
      readonly previousContent: string | undefined;
      readonly membership: MembershipChange | undefined;
      readonly redactedTarget: StoredEvent | undefined;
    },
  ) {
    super(fields, context);
    this.membership = context.membership;
    this.redactedTarget = context.redactedTarget;
  }
}
