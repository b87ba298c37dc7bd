import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import type { LoginTokens } from '../login-tokens.ts';
import type { RequirePassword } from '../require-password.ts';

export interface AccountDependencies {
  readonly accounts: Accounts;
  readonly loginTokens: LoginTokens;
  readonly requirePassword: RequirePassword;
}

export const deactivateAccount =
  ({ accounts, requirePassword }: AccountDependencies): Handler<typeof clientServer.deactivateAccount> =>
  async ({ body, requester }) => {
    const { userId, service } = requester;
    // The users that a service made have no passwords; people whom it may act as have, and itself it does not end.
    const isMadeByService =
      service !== undefined && userId !== service.senderId && (await accounts.get(userId)).kind === 'appservice';
    if (!isMadeByService) await requirePassword(requester, body.auth, { action: 'deactivate' });
    await accounts.deactivate(userId, undefined, body.erase === true);
    return { id_server_unbind_result: 'success' };
  };

export const generateLoginToken =
  ({ loginTokens, requirePassword }: AccountDependencies): Handler<typeof clientServer.generateLoginToken> =>
  async ({ body, requester }) => {
    await requirePassword(requester, body.auth, { action: 'log-in' });
    const { token, expiresInMs } = await loginTokens.issue(requester.userId);
    return { login_token: token, expires_in_ms: expiresInMs };
  };
