import { isJsonObject, type JsonObject, type RoomAlias, type RoomVersion, type UserId } from '@stafette/protocol';
import type { EventIntent } from '../room-events/index.ts';

export type Preset = 'private_chat' | 'public_chat' | 'trusted_private_chat';

/** What somebody asked for, parsed. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export interface RoomPlan {
  readonly version: RoomVersion;
  readonly creator: UserId;
  /** Member content of the creator: name and picture. */
  readonly creatorProfile: JsonObject;
  readonly preset: Preset;
  readonly creationContent: JsonObject;
  readonly powerLevelOverride: JsonObject;
  readonly initialState: readonly { readonly type: string; readonly stateKey: string; readonly content: JsonObject }[];
  readonly alias: RoomAlias | undefined;
  readonly name: string | undefined;
  readonly topic: string | undefined;
  readonly invitees: readonly { readonly userId: UserId; readonly profile: JsonObject }[];
  readonly isDirect: boolean;
  /** Whether rooms that are not public are encrypted from the start. */
  readonly forcesEncryption: boolean;
}

const JOIN_RULES: Readonly<Record<Preset, string>> = {
  private_chat: 'invite',
  trusted_private_chat: 'invite',
  public_chat: 'public',
};

function createContent({ version, creator, creationContent, preset, invitees }: RoomPlan): JsonObject {
  const { additional_creators: asked, creator: _ignored, ...rest } = creationContent;
  const trusted = preset === 'trusted_private_chat' ? invitees.map(({ userId }) => userId) : [];
  // What is no list is left for the rules to refuse.
  const isExtended = version.creatorsArePrivileged && (asked === undefined || Array.isArray(asked));
  const extended = [...new Set([...(Array.isArray(asked) ? asked : []), ...trusted])];
  const additional = !isExtended ? asked : extended.length > 0 ? extended : undefined;
  return {
    ...rest,
    room_version: version.id,
    ...(version.createHasCreator ? { creator } : {}),
    ...(additional === undefined ? {} : { additional_creators: additional }),
  };
}

/**
 * Where creators stand above all levels, ending a room explicitly takes more than changing its state does, whatever the
 * levels were overridden with. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom
 */
function withTombstoneAbove(levels: JsonObject): JsonObject {
  const { events, state_default: stateDefault } = levels;
  // Levels that are none are left for the rules to refuse.
  if (!isJsonObject(events) || typeof stateDefault !== 'number') return levels;
  const asked = events['m.room.tombstone'];
  if (asked !== undefined && (typeof asked !== 'number' || asked > stateDefault)) return levels;
  return { ...levels, events: { ...events, 'm.room.tombstone': Math.max(150, stateDefault + 50) } };
}

/** The levels of a new room. Members may do what chats need; what decides about the room itself takes an administrator. */
function powerLevels({ version, creator, preset, invitees, powerLevelOverride }: RoomPlan): JsonObject {
  const trusted = preset === 'trusted_private_chat' ? invitees.map(({ userId }) => [userId, 100]) : [];
  const levels = {
    ban: 50,
    events: {
      'm.room.avatar': 50,
      'm.room.canonical_alias': 50,
      'm.room.encryption': 100,
      'm.room.history_visibility': 100,
      'm.room.name': 50,
      'm.room.power_levels': 100,
      'm.room.server_acl': 100,
      'm.room.tombstone': version.creatorsArePrivileged ? 150 : 100,
    },
    events_default: 0,
    invite: preset === 'public_chat' ? 50 : 0,
    kick: 50,
    redact: 50,
    state_default: 50,
    // Creators of version 12 rooms stand above all levels and must not be listed.
    users: version.creatorsArePrivileged ? {} : { [creator]: 100, ...Object.fromEntries(trusted) },
    users_default: 0,
    ...powerLevelOverride,
  };
  return version.creatorsArePrivileged ? withTombstoneAbove(levels) : levels;
}

const isPublicRoom = (plan: RoomPlan): boolean => {
  const asked = plan.initialState.findLast((event) => event.type === 'm.room.join_rules' && event.stateKey === '')
    ?.content['join_rule'];
  return (asked ?? JOIN_RULES[plan.preset]) === 'public';
};

/** The first events of a room, in the order that the specification prescribes; of what is set twice the later one counts. */
export function firstEvents(plan: RoomPlan): EventIntent[] {
  const { creator, preset } = plan;
  const state = (type: string, content: JsonObject, stateKey = ''): EventIntent => ({
    type,
    stateKey,
    sender: creator,
    content,
  });
  const isSet = (type: string): boolean =>
    plan.initialState.some((event) => event.type === type && event.stateKey === '');
  const needsEncryption =
    plan.forcesEncryption &&
    plan.creationContent['type'] !== 'm.space' &&
    !isPublicRoom(plan) &&
    !isSet('m.room.encryption');
  const isGuestFriendly = preset !== 'public_chat';
  return [
    state('m.room.create', createContent(plan)),
    state('m.room.member', { ...plan.creatorProfile, membership: 'join' }, creator),
    state('m.room.power_levels', powerLevels(plan)),
    ...(plan.alias === undefined ? [] : [state('m.room.canonical_alias', { alias: plan.alias })]),
    ...(needsEncryption ? [state('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' })] : []),
    ...plan.initialState
      .filter((event) => event.type === 'm.room.encryption')
      .map((event) => state(event.type, event.content, event.stateKey)),
    ...(isSet('m.room.join_rules') ? [] : [state('m.room.join_rules', { join_rule: JOIN_RULES[preset] })]),
    ...(isSet('m.room.history_visibility')
      ? []
      : [state('m.room.history_visibility', { history_visibility: 'shared' })]),
    ...(isSet('m.room.guest_access')
      ? []
      : [state('m.room.guest_access', { guest_access: isGuestFriendly ? 'can_join' : 'forbidden' })]),
    ...plan.initialState
      .filter((event) => event.type !== 'm.room.encryption')
      .map((event) => state(event.type, event.content, event.stateKey)),
    ...(plan.name === undefined ? [] : [state('m.room.name', { name: plan.name })]),
    ...(plan.topic === undefined
      ? []
      : [state('m.room.topic', { topic: plan.topic, 'm.topic': { 'm.text': [{ body: plan.topic }] } })]),
    ...plan.invitees.map(({ userId, profile }) =>
      state(
        'm.room.member',
        { ...profile, membership: 'invite', ...(plan.isDirect ? { is_direct: true } : {}) },
        userId,
      ),
    ),
  ];
}
