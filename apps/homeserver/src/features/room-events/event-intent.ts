import type { EventId, JsonObject, UserId } from '@stafette/protocol';

/** What somebody wants to say in a room; the server makes an event of it. Nothing else is ever signed. */
export interface EventIntent {
  readonly type: string;
  /** Present, possibly empty, for a state event. */
  readonly stateKey?: string;
  readonly sender: UserId;
  readonly content: JsonObject;
  /** For `m.room.redaction`; put where the room version wants it. */
  readonly redacts?: EventId;
  /** Milliseconds; the server's clock when absent. For application services. */
  readonly originServerTs?: number;
}

/** Names a request, so that its repetition finds the event that the first one made. */
export interface TransactionKey {
  /** Survives a token refresh: user and device. */
  readonly sessionKey: string;
  readonly txnId: string;
}

export interface AppendOptions {
  /** Only for a single intent. */
  readonly transaction?: TransactionKey;
}

export interface AppendedEvent {
  readonly eventId: EventId;
  readonly pos: number;
}

/** What an event says about another one. */
export interface RelatesTo {
  readonly eventId: string;
  readonly relType: string;
  /** The `key` of an annotation. */
  readonly key: string | undefined;
}

const asObject = (value: unknown): JsonObject | undefined =>
  // Not null and no array: what is left of JSON's objects.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

const isShortText = (text: string): boolean => text.length <= 255 && !text.includes('\0');

/** The relation that an event's content declares. https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events */
export function readRelation(content: JsonObject): RelatesTo | undefined {
  const relation = asObject(content['m.relates_to']);
  const eventId = relation?.['event_id'];
  const relType = relation?.['rel_type'];
  if (typeof eventId !== 'string' || typeof relType !== 'string' || !isShortText(eventId) || !isShortText(relType))
    return undefined;
  const key = relation?.['key'];
  return { eventId, relType, key: typeof key === 'string' ? key : undefined };
}
