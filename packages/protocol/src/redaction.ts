import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { RoomVersion } from './room-versions/room-version.ts';

const topLevelKeys = [
  'auth_events',
  'content',
  'depth',
  'event_id',
  'hashes',
  'origin_server_ts',
  'prev_events',
  'room_id',
  'sender',
  'signatures',
  'state_key',
  'type',
] as const;
const topLevelKeysBeforeV11 = [...topLevelKeys, 'membership', 'origin', 'prev_state'] as const;

const powerLevelKeys = [
  'ban',
  'events',
  'events_default',
  'kick',
  'redact',
  'state_default',
  'users',
  'users_default',
] as const;

/**
 * What is left of an event when it is redacted; signatures and the ids of events cover no more than this.
 * Idempotent; `unsigned` goes too. https://spec.matrix.org/v1.19/rooms/v12/#redactions
 */
export function redact(event: JsonObject, version: RoomVersion): JsonObject {
  const redacted = pick(event, version.redaction.keepsTopLevelOrigin ? topLevelKeysBeforeV11 : topLevelKeys);
  redacted['content'] = redactContent(event['type'], event['content'], version);
  return redacted;
}

/** What a redaction leaves of the content of an event of this type. */
export function redactContent(
  type: JsonValue | undefined,
  content: JsonValue | undefined,
  version: RoomVersion,
): JsonObject {
  if (!isJsonObject(content)) return empty();
  const rules = version.redaction;
  switch (type) {
    case 'm.room.member':
      return redactMember(content, version);
    case 'm.room.create':
      return rules.keepsWholeCreateContent ? content : pick(content, ['creator']);
    case 'm.room.join_rules':
      return pick(content, rules.keepsJoinRuleAllow ? ['join_rule', 'allow'] : ['join_rule']);
    case 'm.room.power_levels':
      return pick(content, rules.keepsPowerLevelInvite ? [...powerLevelKeys, 'invite'] : powerLevelKeys);
    case 'm.room.history_visibility':
      return pick(content, ['history_visibility']);
    case 'm.room.aliases':
      return rules.keepsAliases ? pick(content, ['aliases']) : empty();
    case 'm.room.redaction':
      return rules.keepsRedacts ? pick(content, ['redacts']) : empty();
    default:
      return empty();
  }
}

function redactMember(content: JsonObject, { redaction: rules }: RoomVersion): JsonObject {
  const redacted = pick(content, ['membership']);
  const authorisedVia = content['join_authorised_via_users_server'];
  if (rules.keepsJoinAuthorisedVia && authorisedVia !== undefined) {
    redacted['join_authorised_via_users_server'] = authorisedVia;
  }
  const invite = content['third_party_invite'];
  // An invite without `signed` leaves an empty object: that is what most servers of the federation hash.
  if (rules.keepsThirdPartyInviteSigned && isJsonObject(invite))
    redacted['third_party_invite'] = pick(invite, ['signed']);
  return redacted;
}

/** Filled key by key, then only read. */
type GrowingObject = Record<string, JsonValue>;

function empty(): GrowingObject {
  // Without a prototype, as everything that was parsed.
  return Object.create(null) as GrowingObject;
}

function pick(object: JsonObject, keys: readonly string[]): GrowingObject {
  const picked = empty();
  for (const key of keys) {
    // Objects that were written in code have a prototype, whose properties are no keys of the event.
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}
