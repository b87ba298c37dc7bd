/** The room versions of Matrix 1.19, all of them stable. */
export type RoomVersionId = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '10' | '11' | '12';

/**
 * What differs between room versions, as flags. Code asks a flag and never compares version numbers.
 * https://spec.matrix.org/v1.19/rooms/
 */
export interface RoomVersion {
  readonly id: RoomVersionId;
  /** `wire`: `event_id` is a field, references are pairs. `hash`: the id is the reference hash. */
  readonly eventIdFormat: 'wire' | 'hash-base64' | 'hash-base64url';
  readonly stateResolution: 'v1' | 'v2' | 'v2.1';
  /** Canonical JSON is enforced: integers only, within 2^53. */
  readonly strictCanonicalJson: boolean;
  /** The signing key must have been valid at `origin_server_ts`. */
  readonly enforcesKeyValidity: boolean;
  /** `m.room.aliases` has its own auth rule and survives redaction. */
  readonly aliasesAreSpecial: boolean;
  /** Auth rule for `m.room.redaction` exists (v1, v2); later versions check when the redaction is applied. */
  readonly redactionIsAuthorised: boolean;
  /** `notifications` of the power levels is checked like the other levels. */
  readonly checksNotificationLevels: boolean;
  readonly allowsKnock: boolean;
  readonly allowsRestrictedJoin: boolean;
  readonly allowsKnockRestrictedJoin: boolean;
  /** Power levels must be integers; strings are refused. */
  readonly integerPowerLevels: boolean;
  /** `redacts` lives in `content`. */
  readonly redactsInContent: boolean;
  /** The create event carries `creator`; otherwise its sender is the creator. */
  readonly createHasCreator: boolean;
  /** v12: the room id is the hash of the create event, creators rank above every power level. */
  readonly roomIdIsCreateHash: boolean;
  readonly creatorsArePrivileged: boolean;
  readonly redaction: RedactionRules;
}

/** Which keys survive a redaction. https://spec.matrix.org/v1.19/rooms/v12/#redactions */
export interface RedactionRules {
  readonly keepsTopLevelOrigin: boolean;
  readonly keepsAliases: boolean;
  readonly keepsJoinRuleAllow: boolean;
  readonly keepsJoinAuthorisedVia: boolean;
  readonly keepsWholeCreateContent: boolean;
  readonly keepsPowerLevelInvite: boolean;
  readonly keepsThirdPartyInviteSigned: boolean;
  readonly keepsRedacts: boolean;
}
