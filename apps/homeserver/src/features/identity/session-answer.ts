import type { ServerName } from '@stafette/protocol';
import type { OpenedSession } from './sessions.ts';

/** An opened session in the words of the API. */
export const sessionAnswer = (session: OpenedSession, serverName: ServerName) => ({
  user_id: session.userId,
  access_token: session.accessToken,
  device_id: session.deviceId,
  home_server: serverName,
  ...(session.refreshToken === undefined ? {} : { refresh_token: session.refreshToken }),
  ...(session.expiresInMs === undefined ? {} : { expires_in_ms: session.expiresInMs }),
});
