import { canonicalJson, CanonicalJsonError } from '../canonical-json.ts';
import type { ProtocolCrypto } from '../crypto.ts';
import { eventIdOf, omitKeys } from '../hashes.ts';
import { type EventId, parseEventId, parseRoomId, parseUserId, type RoomId } from '../identifiers.ts';
import { isJsonObject, JsonNumberToken, type JsonObject, type JsonValue } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { fitsUtf8Bytes } from '../utf8.ts';
import { MAX_AUTH_EVENTS, MAX_DEPTH, MAX_PDU_BYTES, MAX_PREV_EVENTS } from './event-limits.ts';
import { isEventType, isStateKey } from './event-texts.ts';
import type { Pdu } from './pdu.ts';

/** What is wrong with the format of an event: the field, or the text as a whole. */
export type PduFault =
  | 'canonical-json'
  | 'too-large'
  | 'type'
  | 'state_key'
  | 'sender'
  | 'room_id'
  | 'event_id'
  | 'content'
  | 'depth'
  | 'origin_server_ts'
  | 'prev_events'
  | 'auth_events'
  | 'hashes'
  | 'signatures';

export type ReadPduResult =
  | {
      readonly ok: true;
      readonly pdu: Pdu;
      /** What is stored, sent on and measured: the canonical text of `pdu.json`. */
      readonly canonicalText: string;
    }
  | { readonly ok: false; readonly reason: PduFault };

const refuse = (reason: PduFault): ReadPduResult => ({ ok: false, reason });

/**
 * The first check of a received event: its format and limits. An event that fails is dropped. Signatures, content hash
 * and authorization are checked afterwards. https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu
 */
export function readPdu(event: JsonObject, version: RoomVersion, crypto: ProtocolCrypto): ReadPduResult {
  const json = omitKeys(event, ['unsigned']);
  const canonicalText = findCanonicalText(json, version);
  if (canonicalText === undefined) return refuse('canonical-json');
  if (!fitsUtf8Bytes(canonicalText, MAX_PDU_BYTES)) return refuse('too-large');
  const { type, content } = json;
  if (typeof type !== 'string' || !isEventType(type)) return refuse('type');
  const stateKey = json['state_key'];
  if (stateKey !== undefined && (typeof stateKey !== 'string' || !isStateKey(stateKey))) return refuse('state_key');
  const sender = typeof json['sender'] === 'string' ? parseUserId(json['sender']) : undefined;
  if (sender === undefined) return refuse('sender');
  if (!isJsonObject(content)) return refuse('content');
  if (!hasHashes(json['hashes'])) return refuse('hashes');
  if (!hasSignatures(json['signatures'])) return refuse('signatures');
  const depth = readDepth(json['depth']);
  if (depth === undefined) return refuse('depth');
  const originServerTs = json['origin_server_ts'];
  if (typeof originServerTs !== 'number') return refuse('origin_server_ts');
  const prevEvents = readReferences(json['prev_events'], version, MAX_PREV_EVENTS);
  if (prevEvents === undefined) return refuse('prev_events');
  const authEvents = readReferences(json['auth_events'], version, MAX_AUTH_EVENTS);
  if (authEvents === undefined) return refuse('auth_events');
  const eventId = eventIdOf(json, version, crypto);
  if (eventId === undefined) return refuse('event_id');
  const roomId = readRoomId(json, eventId, version);
  if (roomId === undefined) return refuse('room_id');
  const redacts = readRedacts(type, json, content, version);
  const pdu: Pdu = {
    eventId,
    roomId,
    type,
    stateKey,
    sender,
    content,
    depth,
    originServerTs,
    prevEvents,
    authEvents,
    redacts,
    json,
  };
  return { ok: true, pdu, canonicalText };
}

function findCanonicalText(json: JsonObject, version: RoomVersion): string | undefined {
  try {
    return canonicalJson(json, version.strictCanonicalJson ? 'strict' : 'lenient');
  } catch (error) {
    if (error instanceof CanonicalJsonError) return undefined;
    throw error;
  }
}

function hasHashes(hashes: JsonValue | undefined): boolean {
  return isJsonObject(hashes) && typeof hashes['sha256'] === 'string';
}

function hasSignatures(signatures: JsonValue | undefined): boolean {
  return (
    isJsonObject(signatures) &&
    Object.values(signatures).every(
      (ofServer) =>
        isJsonObject(ofServer) && Object.values(ofServer).every((signature) => typeof signature === 'string'),
    )
  );
}

function readDepth(depth: JsonValue | undefined): number | undefined {
  if (typeof depth === 'number') return depth >= 0 ? depth : undefined;
  // Only lenient rooms get here with a token: an integer beyond 2^53 is at the limit, a float is no depth.
  const isHugeInteger = depth instanceof JsonNumberToken && /^[0-9]+$/.test(depth.numberToken);
  return isHugeInteger ? MAX_DEPTH : undefined;
}

function readReferences(
  list: JsonValue | undefined,
  version: RoomVersion,
  limit: number,
): readonly EventId[] | undefined {
  if (!Array.isArray(list) || list.length > limit) return undefined;
  const ids: EventId[] = [];
  // `Array.isArray` makes `any[]` of it.
  for (const entry of list as readonly JsonValue[]) {
    const text = version.eventIdFormat === 'wire' ? idOfPair(entry) : entry;
    const eventId = typeof text === 'string' ? parseEventId(text) : undefined;
    if (eventId === undefined) return undefined;
    ids.push(eventId);
  }
  return ids;
}

/** Versions 1 and 2 refer to events by a pair of id and hash. */
function idOfPair(entry: JsonValue): JsonValue | undefined {
  if (!Array.isArray(entry) || entry.length !== 2) return undefined;
  // `Array.isArray` makes `any[]` of it.
  const [eventId, hashes] = entry as readonly JsonValue[];
  return isJsonObject(hashes) ? eventId : undefined;
}

function readRoomId(json: JsonObject, eventId: EventId, version: RoomVersion): RoomId | undefined {
  if (version.roomIdIsCreateHash && json['type'] === 'm.room.create') return roomIdOfCreateEvent(eventId);
  return typeof json['room_id'] === 'string' ? parseRoomId(json['room_id']) : undefined;
}

/** The id of the room that a create event starts, from room version 12 on. */
export function roomIdOfCreateEvent(eventId: EventId): RoomId {
  // The same hash with another sigil: https://spec.matrix.org/v1.19/appendices/#room-ids
  return `!${eventId.slice(1)}` as RoomId;
}

/** The event that a redaction names; `undefined` for all others and for what is no event id. */
export function readRedacts(
  type: string,
  json: JsonObject,
  content: JsonObject,
  version: RoomVersion,
): EventId | undefined {
  if (type !== 'm.room.redaction') return undefined;
  const redacts = version.redactsInContent ? content['redacts'] : json['redacts'];
  return typeof redacts === 'string' ? parseEventId(redacts) : undefined;
}
