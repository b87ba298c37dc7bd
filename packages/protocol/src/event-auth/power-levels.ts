import { isJsonObject, JsonNumberToken, type JsonObject, type JsonValue } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';

/**
 * The power levels of a room at one point, with all defaults filled in.
 * https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels
 */
export interface PowerLevels {
  readonly ban: number;
  readonly kick: number;
  readonly invite: number;
  readonly redact: number;
  /** The level of a user; `Infinity` for the creators of rooms where they are privileged (version 12). */
  userLevel(userId: string): number;
  /** The level that sending this type takes. Memberships have their own rules. */
  eventLevel(type: string, isState: boolean): number;
  /** The level that it takes to notify in this way; the specification knows `room`. */
  notificationLevel(key: string): number;
}

const stringLevel = /^\s*[+-]?[0-9]+\s*$/;

/**
 * One level as this room version accepts it, `undefined` when it does not. Before version 10 a string such as `" +0050 "`
 * counts as its integer, and where canonical JSON is not enforced a float is cut at its decimal point.
 * https://spec.matrix.org/v1.19/rooms/v1/#mroompower_levels-events-accept-values-as-strings
 */
export function readLevel(value: JsonValue | undefined, version: RoomVersion): number | undefined {
  if (typeof value === 'number') return inRange(value, version);
  if (version.integerPowerLevels) return undefined;
  if (typeof value === 'string') return stringLevel.test(value) ? inRange(Number(value), version) : undefined;
  return value instanceof JsonNumberToken ? inRange(Number(value.numberToken), version) : undefined;
}

/** Canonical JSON bounds levels by 2^53 - 1; rooms older than its enforcement take whatever a double can hold. */
function inRange(value: number, version: RoomVersion): number | undefined {
  const level = version.strictCanonicalJson ? value : Math.trunc(value);
  const valid = version.strictCanonicalJson ? Number.isSafeInteger(level) : Number.isFinite(level);
  // -0 is 0: levels are compared with Object.is too.
  return valid ? level + 0 : undefined;
}

function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  // Keys are chosen by senders: `constructor` must not reach a prototype, even in objects that did not come from our parser.
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The level in one of the maps `users`, `events`, `notifications`, when it is there and valid. */
function entry(content: JsonObject, map: string, key: string, version: RoomVersion): number | undefined {
  const entries = ownValue(content, map);
  return isJsonObject(entries) ? readLevel(ownValue(entries, key), version) : undefined;
}

/**
 * Reads the content of `m.room.power_levels`, or the levels of a room that has none (`undefined`: the creator has 100).
 * Lenient: a value that this version does not accept counts as absent, since the first power levels of an old room could
 * hold anything outside `users`. Nothing is copied, so reading the levels of a large room costs nothing.
 */
export function readPowerLevels(
  content: JsonObject | undefined,
  version: RoomVersion,
  creators: readonly string[],
): PowerLevels {
  const levels = content ?? {};
  const level = (key: string, fallback: number): number => readLevel(ownValue(levels, key), version) ?? fallback;
  return {
    ban: level('ban', 50),
    kick: level('kick', 50),
    invite: level('invite', 0),
    redact: level('redact', 50),
    userLevel: (userId) => {
      if (version.creatorsArePrivileged && creators.includes(userId)) return Number.POSITIVE_INFINITY;
      if (content === undefined) return creators.includes(userId) ? 100 : 0;
      return entry(levels, 'users', userId, version) ?? level('users_default', 0);
    },
    eventLevel: (type, isState) =>
      entry(levels, 'events', type, version) ?? (isState ? level('state_default', 50) : level('events_default', 0)),
    notificationLevel: (key) => entry(levels, 'notifications', key, version) ?? 50,
  };
}
