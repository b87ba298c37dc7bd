import { parseUserId } from '../identifiers.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { readLevel } from './power-levels.ts';
import type { RoomAtEvent } from './room-at-event.ts';
import type { RuleName } from './rule-numbers.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

const properties = ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'] as const;

/** "If type is m.room.power_levels": rule 10 in versions 1 to 5 and in 12, 9 in between. */
export function checkPowerLevels(room: RoomAtEvent): AuthVerdict {
  const { event, version, levels, state } = room;
  const format = checkFormat(room);
  if (!format.allowed) return format;
  // "If there is no previous m.room.power_levels event in the room, allow."
  const previous = state('m.room.power_levels', '')?.content;
  if (previous === undefined) return allowed;
  const change: Change = { old: previous, new: event.content, version, senderLevel: levels.userLevel(event.sender) };
  const maps = version.checksNotificationLevels ? ['events', 'notifications'] : ['events'];
  for (const verdict of [checkProperties(change), ...maps.map((map) => checkMap(change, map))]) {
    if (!verdict.allowed) return verdict;
  }
  // "Otherwise, allow." once the users pass.
  return checkUsers(change, event.sender);
}

/** What the rules ask of the levels whoever sends them, and in whatever room of this version. */
export function checkLevelsFormat(content: JsonObject, version: RoomVersion): AuthVerdict {
  const isLevel = (value: JsonValue | undefined): boolean => readLevel(value, version) !== undefined;
  if (version.integerPowerLevels) {
    // From version 10: "If any of the properties users_default, events_default, state_default, ban, redact, kick, or invite
    // in content are present and not an integer, reject."
    if (properties.some((name) => content[name] !== undefined && !isLevel(content[name]))) {
      return refuse(version, 'powerLevels.integers', 'a level is not an integer');
    }
    // From version 10: "If either of the properties events or notifications in content are present and not an object with
    // values that are integers, reject."
    for (const map of [content['events'], content['notifications']]) {
      if (map !== undefined && !(isJsonObject(map) && Object.values(map).every(isLevel))) {
        return refuse(version, 'powerLevels.maps', 'events or notifications is not a map of integers');
      }
    }
  }
  // "If the users property in content is not an object with keys that are valid user IDs with values that are integers (up
  // to version 9: or a string that is an integer), reject." An absent property has no wrong keys.
  const users = content['users'] === undefined ? {} : content['users'];
  if (
    !isJsonObject(users) ||
    !Object.entries(users).every(([id, level]) => parseUserId(id) !== undefined && isLevel(level))
  ) {
    return refuse(version, 'powerLevels.users', 'users is not a map from user ids to integers');
  }
  return allowed;
}

function checkFormat({ event, version, creators }: RoomAtEvent): AuthVerdict {
  const format = checkLevelsFormat(event.content, version);
  if (!format.allowed) return format;
  const { users } = event.content;
  // Version 12: "If the users property in content contains the sender of the m.room.create event or any of the
  // additional_creators array (if present) from the content of the m.room.create event, reject."
  if (
    version.creatorsArePrivileged &&
    isJsonObject(users) &&
    creators.some((creator) => Object.hasOwn(users, creator))
  ) {
    return refuse(version, 'powerLevels.creators', 'users names a creator of the room');
  }
  return allowed;
}

interface Change {
  readonly old: JsonObject;
  readonly new: JsonObject;
  readonly version: RoomVersion;
  readonly senderLevel: number;
}

/** One level before and after; `undefined` where there is none, `NaN` where there is one that is no number. */
interface Alteration {
  readonly key: string;
  readonly current: number | undefined;
  readonly next: number | undefined;
}

/** The entries of two maps that differ, by value: `"50"` and `50` are the same level. */
function alterations(change: Change, old: JsonObject, next: JsonObject, keys: Iterable<string>): readonly Alteration[] {
  const found: Alteration[] = [];
  const read = (levels: JsonObject, key: string): number | undefined => {
    const value = Object.hasOwn(levels, key) ? levels[key] : undefined;
    return value === undefined ? undefined : (readLevel(value, change.version) ?? Number.NaN);
  };
  for (const key of keys) {
    const alteration = { key, current: read(old, key), next: read(next, key) };
    // Object.is, so that an unreadable level left as it was is no alteration.
    if (!Object.is(alteration.current, alteration.next)) found.push(alteration);
  }
  return found;
}

/** Whether a level that is there exceeds the sender's. What is no number exceeds when new; an old one never bound anybody. */
function exceeds(level: number | undefined, senderLevel: number, unreadable: boolean): boolean {
  if (level === undefined) return false;
  return Number.isNaN(level) ? unreadable : level > senderLevel;
}

function checkProperties(change: Change): AuthVerdict {
  // "For the properties users_default, events_default, state_default, ban, redact, kick, invite check if they were added,
  // changed or removed. For each found alteration: If the current value is higher than the sender's current power level,
  // reject. If the new value is higher than the sender's current power level, reject." An absent property has no value, so
  // neither check applies to it; its default does not count.
  return checkAlterations(change, alterations(change, change.old, change.new, properties), {
    current: 'powerLevels.property.current',
    next: 'powerLevels.property.new',
  });
}

function checkMap(change: Change, map: string): AuthVerdict {
  // "For each entry being changed in, or removed from, the events or (from version 6) notifications properties: If the
  // current value is greater than the sender's current power level, reject. For each entry being added to, or changed in,
  // [them]: If the new value is greater than the sender's current power level, reject."
  return checkAlterations(change, alterationsOfMap(change, map), {
    current: 'powerLevels.oldEntry.current',
    next: 'powerLevels.newEntry.new',
  });
}

function alterationsOfMap(change: Change, map: string): readonly Alteration[] {
  const [old, next] = [change.old[map], change.new[map]].map((value) => (isJsonObject(value) ? value : {}));
  if (old === undefined || next === undefined) return [];
  return alterations(change, old, next, new Set([...Object.keys(old), ...Object.keys(next)]));
}

function checkAlterations(
  { version, senderLevel }: Change,
  altered: readonly Alteration[],
  rules: { readonly current: RuleName; readonly next: RuleName },
): AuthVerdict {
  for (const { current, next } of altered) {
    if (exceeds(current, senderLevel, false))
      return refuse(version, rules.current, 'the present level is above the sender');
    if (exceeds(next, senderLevel, true))
      return refuse(version, rules.next, 'the new level is above the sender or no level');
  }
  return allowed;
}

function checkUsers(change: Change, sender: string): AuthVerdict {
  const { version, senderLevel } = change;
  for (const { key, current, next } of alterationsOfMap(change, 'users')) {
    // "For each entry being changed in, or removed from, the users property, other than the sender's own entry: If the
    // current value is greater than or equal to the sender's current power level, reject."
    if (key !== sender && current !== undefined && current >= senderLevel) {
      return refuse(version, 'powerLevels.oldUser.current', 'the user is not below the sender');
    }
    // "For each entry being added to, or changed in, the users property: If the new value is greater than the sender's
    // current power level, reject."
    if (exceeds(next, senderLevel, true))
      return refuse(version, 'powerLevels.newUser.new', 'the new level is above the sender');
  }
  return allowed;
}
