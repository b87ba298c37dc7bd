import type { DeviceId, JsonObject, UserId } from '@stafette/protocol';
import type { CrossSigning } from '../cross-signing/index.ts';
import type { DeviceKeys } from './service.ts';

/** Users and, when not empty, which of their devices. */
export type WantedKeys = ReadonlyMap<UserId, readonly string[]>;

export interface PublishedKeys {
  readonly device_keys: Record<string, Record<string, JsonObject>>;
  readonly master_keys: Record<string, JsonObject>;
  readonly self_signing_keys: Record<string, JsonObject>;
  readonly user_signing_keys: Record<string, JsonObject>;
}

/** Who looks: somebody of this server, or another server, which is shown device names or not. */
export type KeyViewer = { readonly userId: UserId } | { readonly seesDeviceNames: boolean };

export interface OwnKeysDependencies {
  readonly deviceKeys: DeviceKeys;
  readonly crossSigning: CrossSigning;
  /** All devices of these users, with or without a name. */
  readonly listDeviceNames: (
    userIds: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, ReadonlyMap<DeviceId, string | undefined>>>;
}

type Signatures = Record<string, Record<string, string>>;

export const emptyRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

export const noKeys = (): PublishedKeys => ({
  device_keys: emptyRecord(),
  master_keys: emptyRecord(),
  self_signing_keys: emptyRecord(),
  user_signing_keys: emptyRecord(),
});

/** `json` with signatures added beside those it was uploaded with. */
function withSignatures(json: JsonObject, added: Signatures | undefined): JsonObject {
  if (added === undefined) return json;
  // Uploads are checked to hold signatures of this shape.
  const present = (json['signatures'] ?? {}) as Signatures;
  const merged: Signatures = { ...present };
  for (const [signer, signatures] of Object.entries(added)) merged[signer] = { ...merged[signer], ...signatures };
  return { ...json, signatures: merged };
}

/**
 * What users of this server have published, as far as the viewer may see it. Every user who is asked for is in
 * `device_keys`, with or without devices, and every device has `unsigned`, with or without a name; nobody but its owner
 * sees a user-signing key.
 */
export async function listOwnKeys(
  wanted: WantedKeys,
  viewer: KeyViewer,
  { deviceKeys, crossSigning, listDeviceNames }: OwnKeysDependencies,
): Promise<PublishedKeys> {
  const userIds = [...wanted.keys()];
  const person = 'userId' in viewer ? viewer.userId : undefined;
  const seesDeviceNames = 'userId' in viewer || viewer.seesDeviceNames;
  const [devices, names, identities, signatures] = await Promise.all([
    deviceKeys.listDeviceKeys(userIds),
    listDeviceNames(userIds),
    crossSigning.listKeys(userIds),
    crossSigning.listSignatures(person, userIds),
  ]);

  const signaturesByKey = new Map<string, Signatures>();
  for (const row of signatures) {
    const key = `${row.target_user_id} ${row.target_key}`;
    const bySigner = signaturesByKey.get(key) ?? emptyRecord<Record<string, string>>();
    (bySigner[row.signer_user_id] ??= emptyRecord<string>())[row.signer_key_id] = row.signature;
    signaturesByKey.set(key, bySigner);
  }

  const keys = noKeys();
  for (const userId of userIds) keys.device_keys[userId] = emptyRecord();
  for (const { userId, deviceId, keys: published } of devices) {
    const wantedOfUser = wanted.get(userId) ?? [];
    const ofUser = keys.device_keys[userId];
    // Keys without a device are those of one that is being signed out.
    const isThere = names.get(userId)?.has(deviceId) === true;
    const isWanted = isThere && (wantedOfUser.length === 0 || wantedOfUser.includes(deviceId));
    if (ofUser === undefined || !isWanted) continue;
    const name = seesDeviceNames ? names.get(userId)?.get(deviceId) : undefined;
    const signed = withSignatures(published, signaturesByKey.get(`${userId} ${deviceId}`));
    ofUser[deviceId] = { ...signed, unsigned: name === undefined ? {} : { device_display_name: name } };
  }
  for (const [userId, { master, self_signing, user_signing }] of identities) {
    if (master) {
      const publicKey = Object.values((master['keys'] ?? {}) as Record<string, string>)[0] ?? '';
      keys.master_keys[userId] = withSignatures(master, signaturesByKey.get(`${userId} ${publicKey}`));
    }
    if (self_signing) keys.self_signing_keys[userId] = self_signing;
    if (user_signing && userId === person) keys.user_signing_keys[userId] = user_signing;
  }
  return keys;
}
