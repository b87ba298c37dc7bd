import type { clientServer } from '@stafette/contracts';
import { roomVersions } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { type Announced, unstableFeatures, VERSIONS } from '../versions.ts';

export const getVersions = (announced: Announced): Handler<typeof clientServer.getVersions> => {
  const answer = { versions: [...VERSIONS], unstable_features: unstableFeatures(announced) };
  return async () => answer;
};

export const getCapabilities = ({
  defaultRoomVersion,
  delayedEvents,
  vapidPublicKey,
  hasMail,
}: Announced): Handler<typeof clientServer.getCapabilities> => {
  const webPush = { enabled: true, vapid: vapidPublicKey };
  const available = Object.fromEntries([...roomVersions.keys()].map((id) => [id, 'stable']));
  return async ({ requester }) => ({
    capabilities: {
      'm.change_password': { enabled: true },
      'm.room_versions': { default: defaultRoomVersion, available },
      'm.set_displayname': { enabled: true },
      'm.set_avatar_url': { enabled: true },
      'm.profile_fields': { enabled: true },
      'm.3pid_changes': { enabled: hasMail },
      'm.get_login_token': { enabled: true },
      'org.matrix.msc4140.delayed_events': {
        max_delay_ms: delayedEvents.maxDelayMs,
        max_scheduled: delayedEvents.maxPerUser,
      },
      'm.webpush': webPush,
      'org.matrix.msc4174.webpush': webPush,
      ...(requester.isAdmin ? { 'm.account_moderation': { suspend: true, lock: true } } : {}),
    },
  });
};
