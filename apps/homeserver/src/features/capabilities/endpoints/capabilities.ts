import type { clientServer } from '@stafette/contracts';
import { roomVersions } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { unstableFeatures, VERSIONS } from '../versions.ts';

export const getVersions = (isEncryptionForced: boolean): Handler<typeof clientServer.getVersions> => {
  const answer = { versions: [...VERSIONS], unstable_features: unstableFeatures(isEncryptionForced) };
  return async () => answer;
};

export const getCapabilities = (defaultRoomVersion: string): Handler<typeof clientServer.getCapabilities> => {
  const available = Object.fromEntries([...roomVersions.keys()].map((id) => [id, 'stable']));
  return async ({ requester }) => ({
    capabilities: {
      'm.change_password': { enabled: true },
      'm.room_versions': { default: defaultRoomVersion, available },
      'm.set_displayname': { enabled: true },
      'm.set_avatar_url': { enabled: true },
      'm.profile_fields': { enabled: true },
      'm.3pid_changes': { enabled: false },
      'm.get_login_token': { enabled: true },
      ...(requester.isAdmin ? { 'm.account_moderation': { suspend: true, lock: true } } : {}),
    },
  });
};

export const getTurnServer = (): Handler<typeof clientServer.getTurnServer> => async () => ({});

export const getProtocols = (): Handler<typeof clientServer.getProtocols> => async () => ({});
