import type { setup } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { SetupService } from '../service.ts';

export const completeSetup =
  (service: SetupService): Handler<typeof setup.completeSetup> =>
  async ({ body }) => {
    const login = await service.complete({
      code: body.code,
      agencyName: body.agency_name,
      serverName: body.server_name,
      administrator: {
        loginName: body.admin.login_name,
        displayName: body.admin.display_name,
        password: body.admin.password,
      },
    });
    return {
      user_id: login.userId,
      access_token: login.accessToken,
      device_id: login.deviceId,
      ...(login.refreshToken === undefined ? {} : { refresh_token: login.refreshToken }),
      ...(login.expiresInMs === undefined ? {} : { expires_in_ms: login.expiresInMs }),
      home_server: login.serverName,
    };
  };
