import type { admin } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Sessions } from '../../identity/index.ts';
import type { SharedSecretRegistration } from '../service.ts';

export interface SharedSecretDependencies {
  readonly sharedSecretRegistration: SharedSecretRegistration;
  readonly sessions: Sessions;
  readonly serverName: ServerName;
  readonly setDisplayName: (userId: UserId, displayName: string) => Promise<void>;
}

export const getRegistrationNonce =
  ({ sharedSecretRegistration }: SharedSecretDependencies): Handler<typeof admin.getRegistrationNonce> =>
  async () => ({ nonce: sharedSecretRegistration.issueNonce() });

export const registerBySharedSecret =
  ({
    sharedSecretRegistration,
    sessions,
    serverName,
    setDisplayName,
  }: SharedSecretDependencies): Handler<typeof admin.registerBySharedSecret> =>
  async ({ body }) => {
    const userId = await sharedSecretRegistration.register({
      nonce: body.nonce,
      username: body.username,
      password: body.password,
      isAdmin: body.admin === true,
      userType: body.user_type ?? undefined,
      mac: body.mac,
    });
    await setDisplayName(userId, body.displayname ?? body.username);
    const { deviceId, accessToken } = await sessions.open({ userId, withRefreshToken: false });
    return { user_id: userId, access_token: accessToken, device_id: deviceId, home_server: serverName };
  };
