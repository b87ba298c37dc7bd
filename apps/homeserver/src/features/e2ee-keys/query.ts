import type { DeviceId, JsonObject, ServerName, UserId } from '@stafette/protocol';
import { serverNameOf } from '@stafette/protocol';
import type { CrossSigning } from '../cross-signing/index.ts';
import type { DeviceKeys } from './service.ts';

export interface KeyQuery {
  readonly viewer: UserId;
  /** Users and, when not empty, which of their devices. */
  readonly wanted: ReadonlyMap<UserId, readonly string[]>;
}

export interface KeyQueryAnswer {
  readonly device_keys: Record<string, Record<string, JsonObject>>;
  readonly failures: Record<string, JsonObject>;
  readonly master_keys: Record<string, JsonObject>;
  readonly self_signing_keys: Record<string, JsonObject>;
  readonly user_signing_keys: Record<string, JsonObject>;
}

interface Dependencies {
  readonly serverName: ServerName;
  readonly deviceKeys: DeviceKeys;
  readonly crossSigning: CrossSigning;
  /** All devices of these users, with or without a name. */
  readonly listDeviceNames: (
    userIds: readonly UserId[],
  ) => Promise<ReadonlyMap<UserId, ReadonlyMap<DeviceId, string | undefined>>>;
}

type Signatures = Record<string, Record<string, string>>;

const emptyRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

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
 * Answers `/keys/query`. Every asked user of this server is in `device_keys`, with or without devices, and every user of
 * a server that cannot be asked is behind a failure: a client asks again for ever about a user who is in neither.
 */
export async function queryKeys(query: KeyQuery, dependencies: Dependencies): Promise<KeyQueryAnswer> {
  const { deviceKeys, crossSigning, listDeviceNames, serverName } = dependencies;
  const answer: KeyQueryAnswer = {
    device_keys: emptyRecord(),
    failures: emptyRecord(),
    master_keys: emptyRecord(),
    self_signing_keys: emptyRecord(),
    user_signing_keys: emptyRecord(),
  };
  const local: UserId[] = [];
  for (const userId of query.wanted.keys()) {
    if (serverNameOf(userId) === serverName) local.push(userId);
    else answer.failures[serverNameOf(userId)] = { message: 'This server cannot be reached' };
  }
  const [devices, names, identities, signatures] = await Promise.all([
    deviceKeys.listDeviceKeys(local),
    listDeviceNames(local),
    crossSigning.listKeys(local),
    crossSigning.listSignatures(query.viewer, local),
  ]);

  const signaturesByKey = new Map<string, Signatures>();
  for (const row of signatures) {
    const key = `${row.target_user_id} ${row.target_key}`;
    const bySigner = signaturesByKey.get(key) ?? emptyRecord<Record<string, string>>();
    (bySigner[row.signer_user_id] ??= emptyRecord<string>())[row.signer_key_id] = row.signature;
    signaturesByKey.set(key, bySigner);
  }

  for (const userId of local) answer.device_keys[userId] = emptyRecord();
  for (const { userId, deviceId, keys } of devices) {
    const wanted = query.wanted.get(userId) ?? [];
    const ofUser = answer.device_keys[userId];
    // Keys without a device are those of one that is being signed out.
    const isWanted = names.get(userId)?.has(deviceId) === true && (wanted.length === 0 || wanted.includes(deviceId));
    if (ofUser === undefined || !isWanted) continue;
    const name = names.get(userId)?.get(deviceId);
    const published = withSignatures(keys, signaturesByKey.get(`${userId} ${deviceId}`));
    ofUser[deviceId] = name === undefined ? published : { ...published, unsigned: { device_display_name: name } };
  }
  for (const [userId, { master, self_signing, user_signing }] of identities) {
    if (master) {
      const publicKey = Object.values((master['keys'] ?? {}) as Record<string, string>)[0] ?? '';
      answer.master_keys[userId] = withSignatures(master, signaturesByKey.get(`${userId} ${publicKey}`));
    }
    if (self_signing) answer.self_signing_keys[userId] = self_signing;
    if (user_signing && userId === query.viewer) answer.user_signing_keys[userId] = user_signing;
  }
  return answer;
}
