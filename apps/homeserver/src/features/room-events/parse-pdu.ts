import {
  parseJson,
  type EventId,
  type JsonObject,
  type JsonValue,
  type Pdu,
  type RoomId,
  type RoomVersion,
} from '@stafette/protocol';

interface Identity {
  readonly eventId: EventId;
  readonly roomId: RoomId;
  readonly version: RoomVersion;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly sender: Pdu['sender'];
  readonly originServerTs: number;
  readonly depth: number;
}

const asObject = (value: JsonValue | undefined): JsonObject =>
  // Stored events passed the format check, so what is an object there is one here.
  (value ?? {}) as JsonObject;

/** Ids of a list of references, in either of the two formats. */
const idsOf = (references: JsonValue | undefined): EventId[] =>
  Array.isArray(references)
    ? references.map((reference) => (Array.isArray(reference) ? reference[0] : reference) as EventId)
    : [];

/** The parsed form of an event that this server has stored: already checked then, so only read now. */
export function parsePdu(
  json: string,
  { eventId, roomId, version, type, stateKey, sender, originServerTs, depth }: Identity,
): Pdu {
  const parsed = parseJson(json, { mode: version.strictCanonicalJson ? 'strict' : 'lenient' });
  if (!parsed.ok) throw new Error(`the stored event ${eventId} is damaged: ${parsed.error.code}`);
  const event = asObject(parsed.value);
  const content = asObject(event['content']);
  const redacts = version.redactsInContent ? content['redacts'] : event['redacts'];
  return {
    eventId,
    roomId,
    type,
    stateKey,
    sender,
    content,
    depth,
    originServerTs,
    prevEvents: idsOf(event['prev_events']),
    authEvents: idsOf(event['auth_events']),
    // An event that redacts names an id; anything else redacts nothing.
    redacts: type === 'm.room.redaction' && typeof redacts === 'string' ? (redacts as EventId) : undefined,
    json: event,
  };
}
