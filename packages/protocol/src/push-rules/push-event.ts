import { codePointsOf, foldCase, type CodePoints } from '../glob.ts';
import type { Pdu } from '../events/pdu.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parsePropertyPath } from './property-path.ts';

/** An event as push rules look at it. Made once and then asked by the rules of every user of the room. */
export interface PushEvent {
  readonly roomId: string;
  readonly sender: string;
  /** The value at a dot-separated path; `undefined` if there is none. */
  valueAt(path: string): JsonValue | undefined;
  /** The text at a path in folded case, as code points; `undefined` if there is no string. */
  textAt(path: string): CodePoints | undefined;
}

/** Room and event id are taken from the checked fields, since the JSON of newer room versions does not hold them. */
export function readPushEvent({
  json,
  roomId,
  eventId,
  sender,
}: Pick<Pdu, 'json' | 'roomId' | 'eventId' | 'sender'>): PushEvent {
  const root: JsonObject = { ...json, room_id: roomId, event_id: eventId };
  const values = new Map<string, JsonValue | undefined>();
  const texts = new Map<string, CodePoints | undefined>();
  const valueAt = (path: string): JsonValue | undefined => {
    if (!values.has(path)) values.set(path, follow(root, parsePropertyPath(path)));
    return values.get(path);
  };
  const textAt = (path: string): CodePoints | undefined => {
    if (!texts.has(path)) {
      const value = valueAt(path);
      texts.set(path, typeof value === 'string' ? codePointsOf(foldCase(value)) : undefined);
    }
    return texts.get(path);
  };
  return { roomId, sender, valueAt, textAt };
}

function follow(root: JsonObject, parts: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const part of parts) {
    if (!isJsonObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}
