import { encodeBase64, encodeBase64Url } from '../base64.ts';
import { canonicalJson, sortedKeys } from '../canonical-json.ts';
import type { Ed25519Signer, ProtocolCrypto } from '../crypto.ts';
import { eventIdOfHash } from '../hashes.ts';
import type { EventId, RoomId, ServerName } from '../identifiers.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { redact } from '../redaction.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { EventIntent, EventReference } from './event-intent.ts';
import { MAX_AUTH_EVENTS, MAX_DEPTH, MAX_PREV_EVENTS } from './event-limits.ts';
import { isEventType, isStateKey } from './event-texts.ts';
import type { Pdu } from './pdu.ts';
import { readRedacts, roomIdOfCreateEvent } from './read-pdu.ts';

export interface BuildContext {
  readonly version: RoomVersion;
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly crypto: ProtocolCrypto;
}

export interface BuiltPdu {
  readonly pdu: Pdu;
  /** What is stored and sent: the canonical text of `pdu.json`. */
  readonly canonicalText: string;
  /** The reference hash, unpadded base64. */
  readonly sha256: string;
}

/** An intent that would make an event which no server accepts. */
export class InvalidEventIntentError extends Error {
  override readonly name = 'InvalidEventIntentError';
  readonly reason: 'type' | 'state_key' | 'room_id' | 'prev_events' | 'auth_events';

  constructor(reason: InvalidEventIntentError['reason']) {
    super(`The event would be invalid: ${reason}`);
    this.reason = reason;
  }
}

/** A growing event: each member's value and, beside it, the value's canonical text. */
interface Draft {
  readonly json: Record<string, JsonValue>;
  readonly texts: Record<string, string>;
}

/**
 * Makes an event of an intent: hashes, signs and names it. Every member is serialized once; the three texts that the hash,
 * the signature and the wire need are put together from these parts.
 * Throws {@link InvalidEventIntentError}, and `CanonicalJsonError` for content that has no canonical form. Whether the
 * whole fits `MAX_PDU_BYTES` is for the caller to ask, since users may well write too much.
 * https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events
 */
export function buildPdu(intent: EventIntent, context: BuildContext): BuiltPdu {
  const { version, serverName, signer, crypto } = context;
  assertFits(intent, version);
  const draft = startDraft(intent, version);
  const wireId = version.eventIdFormat === 'wire' ? (intent.wireEventId ?? makeWireId(draft, context)) : undefined;
  if (wireId !== undefined) put(draft, 'event_id', wireId);
  put(draft, 'hashes', { sha256: encodeBase64(crypto.sha256(textOf(draft.texts))) });
  const signedText = redactedText(draft, version);
  put(draft, 'signatures', { [serverName]: { [signer.keyId]: encodeBase64(signer.sign(signedText)) } });
  const canonicalText = textOf(draft.texts);
  const referenceHash = crypto.sha256(signedText);
  const eventId = wireId ?? eventIdOfHash(referenceHash, version);
  return { pdu: toPdu(intent, eventId, draft.json, version), canonicalText, sha256: encodeBase64(referenceHash) };
}

function assertFits(intent: EventIntent, version: RoomVersion): void {
  if (!isEventType(intent.type)) throw new InvalidEventIntentError('type');
  if (intent.stateKey !== undefined && !isStateKey(intent.stateKey)) throw new InvalidEventIntentError('state_key');
  if (intent.prevEvents.length > MAX_PREV_EVENTS) throw new InvalidEventIntentError('prev_events');
  if (intent.authEvents.length > MAX_AUTH_EVENTS) throw new InvalidEventIntentError('auth_events');
  const startsNamelessRoom = version.roomIdIsCreateHash && intent.type === 'm.room.create';
  if (startsNamelessRoom !== (intent.roomId === undefined)) throw new InvalidEventIntentError('room_id');
}

/** Members in code-point order as far as they are known now, so that joining them rarely has to sort. */
function startDraft(intent: EventIntent, version: RoomVersion): Draft {
  // No prototype, as in events that were parsed.
  const draft: Draft = {
    json: Object.create(null) as Record<string, JsonValue>,
    texts: Object.create(null) as Record<string, string>,
  };
  const isInContent = version.redactsInContent && intent.redacts !== undefined;
  put(draft, 'auth_events', references(intent.authEvents, version, 'auth_events'));
  put(draft, 'content', isInContent ? { ...intent.content, redacts: intent.redacts } : intent.content);
  put(draft, 'depth', Math.min(intent.depth, MAX_DEPTH));
  put(draft, 'origin_server_ts', intent.originServerTs);
  put(draft, 'prev_events', references(intent.prevEvents, version, 'prev_events'));
  if (!version.redactsInContent && intent.redacts !== undefined) put(draft, 'redacts', intent.redacts);
  if (intent.roomId !== undefined) put(draft, 'room_id', intent.roomId);
  put(draft, 'sender', intent.sender);
  if (intent.stateKey !== undefined) put(draft, 'state_key', intent.stateKey);
  put(draft, 'type', intent.type);
  return draft;
}

function put(draft: Draft, key: string, value: JsonValue): void {
  draft.json[key] = value;
  draft.texts[key] = canonicalJson(value);
}

function references(
  events: EventIntent['prevEvents'],
  version: RoomVersion,
  field: 'prev_events' | 'auth_events',
): readonly JsonValue[] {
  if (version.eventIdFormat !== 'wire') return events.map(idOf);
  return events.map((event) => {
    if (typeof event === 'string') throw new InvalidEventIntentError(field);
    return [event.eventId, { sha256: event.sha256 }];
  });
}

function idOf(event: EventId | EventReference): EventId {
  return typeof event === 'string' ? event : event.eventId;
}

/** Versions 1 and 2 want an id that is unique on its server: a hash of the event is, and needs no randomness. */
function makeWireId(draft: Draft, { serverName, crypto }: BuildContext): EventId {
  return `$${encodeBase64Url(crypto.sha256(textOf(draft.texts)))}:${serverName}` as EventId;
}

function textOf(texts: Readonly<Record<string, string>>): string {
  let text = '';
  for (const key of sortedKeys(texts)) text += `${text === '' ? '{' : ','}"${key}":${texts[key] ?? ''}`;
  return `${text}}`;
}

/** The text that is signed: members that survive a redaction keep their text, only the content may have lost keys. */
function redactedText({ json, texts }: Draft, version: RoomVersion): string {
  const redacted = redact(json, version);
  // No prototype: see above.
  const redactedTexts = Object.create(null) as Record<string, string>;
  for (const key of Object.keys(redacted)) {
    const value = redacted[key];
    const isUnchanged = value === json[key];
    redactedTexts[key] = isUnchanged ? (texts[key] ?? '') : canonicalJson(value ?? null);
  }
  return textOf(redactedTexts);
}

function toPdu(intent: EventIntent, eventId: EventId, json: JsonObject, version: RoomVersion): Pdu {
  // `content` was put in as an object.
  const content = json['content'] as JsonObject;
  const roomId: RoomId = intent.roomId ?? roomIdOfCreateEvent(eventId);
  return {
    eventId,
    roomId,
    type: intent.type,
    stateKey: intent.stateKey,
    sender: intent.sender,
    content,
    depth: Math.min(intent.depth, MAX_DEPTH),
    originServerTs: intent.originServerTs,
    prevEvents: intent.prevEvents.map(idOf),
    authEvents: intent.authEvents.map(idOf),
    redacts: readRedacts(intent.type, json, content, version),
    json,
  };
}
