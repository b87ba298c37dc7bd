import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Sessions } from '../sessions.ts';

export const logout =
  (sessions: Sessions): Handler<typeof clientServer.logout> =>
  async ({ requester }) => {
    if (requester.acting !== undefined) await sessions.endActing(requester.acting);
    if (requester.deviceId !== undefined) await sessions.close(requester.userId, [requester.deviceId]);
    return {};
  };

export const logout_all =
  (sessions: Sessions): Handler<typeof clientServer.logout_all> =>
  async ({ requester }) => {
    await sessions.closeAll(requester.userId);
    return {};
  };

export const refresh =
  (sessions: Sessions): Handler<typeof clientServer.refresh> =>
  async ({ body }) => {
    const { accessToken, refreshToken, expiresInMs } = await sessions.refresh(body.refresh_token);
    return {
      access_token: accessToken,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...(expiresInMs === undefined ? {} : { expires_in_ms: expiresInMs }),
    };
  };

export const getTokenOwner =
  (): Handler<typeof clientServer.getTokenOwner> =>
  async ({ requester }) => ({
    user_id: requester.userId,
    ...(requester.deviceId === undefined ? {} : { device_id: requester.deviceId }),
    is_guest: requester.kind === 'guest',
  });
