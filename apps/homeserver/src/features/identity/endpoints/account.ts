import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import type { LoginTokens } from '../login-tokens.ts';
import type { RequirePassword } from '../require-password.ts';
import type { Sessions } from '../sessions.ts';

export interface AccountDependencies {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly loginTokens: LoginTokens;
  readonly requirePassword: RequirePassword;
}

export const changePassword =
  ({ accounts, sessions, requirePassword }: AccountDependencies): Handler<typeof clientServer.changePassword> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'change-password');
    await accounts.changePassword(requester.userId, body.new_password);
    if (body.logout_devices !== false) await sessions.closeAll(requester.userId, requester.deviceId);
    return {};
  };

export const deactivateAccount =
  ({ accounts, requirePassword }: AccountDependencies): Handler<typeof clientServer.deactivateAccount> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'deactivate');
    await accounts.deactivate(requester.userId);
    return { id_server_unbind_result: 'success' };
  };

export const generateLoginToken =
  ({ loginTokens, requirePassword }: AccountDependencies): Handler<typeof clientServer.generateLoginToken> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, 'login-token');
    const { token, expiresInMs } = await loginTokens.issue(requester.userId);
    return { login_token: token, expires_in_ms: expiresInMs };
  };

/** Accounts have login names; mail addresses and phone numbers are not kept. */
export const getAccount3PIDs = (): Handler<typeof clientServer.getAccount3PIDs> => async () => ({ threepids: [] });
