import type { JsonObject, JsonValue } from '../json.ts';
import type { Pdu } from './pdu.ts';

export interface ClientEventOptions {
  /** What only the receiving client is told: `age`, `transaction_id`, `redacted_because`, `membership`. */
  readonly unsigned?: JsonObject | undefined;
  /** In `/sync` the room is known from where the event stands. */
  readonly omitRoomId?: boolean;
}

/**
 * An event as clients get it. A redaction names its target both at the top level and in `content`, so that clients of any
 * age find it. https://spec.matrix.org/v1.19/client-server-api/#room-event-format
 */
export function toClientEvent(pdu: Pdu, options: ClientEventOptions = {}): JsonObject {
  const event: Record<string, JsonValue> = {
    content: pdu.content,
    event_id: pdu.eventId,
    origin_server_ts: pdu.originServerTs,
  };
  if (pdu.redacts !== undefined) {
    event['redacts'] = pdu.redacts;
    if (pdu.content['redacts'] === undefined) event['content'] = { ...pdu.content, redacts: pdu.redacts };
  }
  if (options.omitRoomId !== true) event['room_id'] = pdu.roomId;
  event['sender'] = pdu.sender;
  if (pdu.stateKey !== undefined) event['state_key'] = pdu.stateKey;
  event['type'] = pdu.type;
  if (options.unsigned !== undefined) event['unsigned'] = options.unsigned;
  return event;
}
