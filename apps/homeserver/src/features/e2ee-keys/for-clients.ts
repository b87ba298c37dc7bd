import { serverNameOf, type JsonObject, type ServerName, type UserId } from '@stafette/protocol';
import { claimOwnKeys, type OneTimeKeys, type WantedOneTimeKeys } from './claims.ts';
import { listOwnKeys, type OwnKeysDependencies, type PublishedKeys, type WantedKeys } from './own-keys.ts';
import { onlyUsers } from './read-users.ts';
import type { RemoteKeys } from './remote-keys.ts';

export interface ClientKeysDependencies extends OwnKeysDependencies {
  readonly serverName: ServerName;
  readonly remoteKeys: RemoteKeys;
}

function split<T>(
  byUser: ReadonlyMap<UserId, T>,
  serverName: ServerName,
): Record<'own' | 'others', ReadonlyMap<UserId, T>> {
  const isOwn = (userId: UserId): boolean => serverNameOf(userId) === serverName;
  return { own: onlyUsers(byUser, isOwn), others: onlyUsers(byUser, (userId) => !isOwn(userId)) };
}

/**
 * What users have published, here and elsewhere. Each is in `device_keys`, with or without devices, or their server is
 * among the failures: a client asks again for ever about a user who is in neither.
 */
export async function queryKeys(
  { viewer, wanted, timeoutMs }: { viewer: UserId; wanted: WantedKeys; timeoutMs: number | undefined },
  dependencies: ClientKeysDependencies,
): Promise<PublishedKeys & { readonly failures: Record<string, JsonObject> }> {
  const { own, others } = split(wanted, dependencies.serverName);
  const [ownKeys, { keys, failures }] = await Promise.all([
    listOwnKeys(own, { userId: viewer }, dependencies),
    dependencies.remoteKeys.list(others, timeoutMs),
  ]);
  return {
    device_keys: Object.assign(ownKeys.device_keys, keys.device_keys),
    master_keys: Object.assign(ownKeys.master_keys, keys.master_keys),
    self_signing_keys: Object.assign(ownKeys.self_signing_keys, keys.self_signing_keys),
    user_signing_keys: ownKeys.user_signing_keys,
    failures,
  };
}

/** Takes keys, here and elsewhere, each handed out once ever. */
export async function claimKeys(
  { wanted, timeoutMs }: { wanted: WantedOneTimeKeys; timeoutMs: number | undefined },
  { serverName, deviceKeys, remoteKeys }: Pick<ClientKeysDependencies, 'serverName' | 'deviceKeys' | 'remoteKeys'>,
): Promise<{ readonly one_time_keys: OneTimeKeys; readonly failures: Record<string, JsonObject> }> {
  const { own, others } = split(wanted, serverName);
  const [ownKeys, { one_time_keys: keys, failures }] = await Promise.all([
    claimOwnKeys(own, deviceKeys),
    remoteKeys.claim(others, timeoutMs),
  ]);
  return { one_time_keys: Object.assign(ownKeys, keys), failures };
}
