import type { clientServer } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import type { Accounts } from '../accounts.ts';
import type { Sessions } from '../sessions.ts';

/** Asks for the password again. Throws the 401 of user-interactive authentication until it is right. */
export type RequirePassword = (requester: Requester, auth: JsonObject | undefined, purpose: string) => Promise<void>;

export const changePassword =
  (accounts: Accounts, sessions: Sessions, requirePassword: RequirePassword): Handler<typeof clientServer.changePassword> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'change-password');
    await accounts.changePassword(requester.userId, body.new_password);
    if (body.logout_devices !== false) await sessions.closeAll(requester.userId, requester.deviceId);
    return {};
  };

export const deactivateAccount =
  (accounts: Accounts, requirePassword: RequirePassword): Handler<typeof clientServer.deactivateAccount> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'deactivate');
    await accounts.deactivate(requester.userId);
    return { id_server_unbind_result: 'success' };
  };

export const generateLoginToken =
  (accounts: Accounts, requirePassword: RequirePassword): Handler<typeof clientServer.generateLoginToken> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'login-token');
    const { token, expiresInMs } = await accounts.issueLoginToken(requester.userId);
    return { login_token: token, expires_in_ms: expiresInMs };
  };
