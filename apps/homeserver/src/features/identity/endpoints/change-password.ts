import { missingToken, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import type { PasswordReset } from '../password-reset.ts';
import type { RequirePassword } from '../require-password.ts';
import type { Sessions } from '../sessions.ts';

export interface ChangePasswordDependencies {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly requirePassword: RequirePassword;
  /** Absent: nobody gets a new password without the old one. */
  readonly passwordReset: PasswordReset | undefined;
}

export const changePassword =
  ({
    accounts,
    sessions,
    requirePassword,
    passwordReset,
  }: ChangePasswordDependencies): Handler<typeof clientServer.changePassword> =>
  async ({ body, requester }) => {
    const endsSessions = body.logout_devices !== false;
    if (requester !== undefined) {
      await requirePassword(requester, body.auth, { action: 'change-password' });
      await accounts.changePassword(requester.userId, body.new_password);
      if (endsSessions) await sessions.closeAll(requester.userId, requester.deviceId);
      return {};
    }
    if (passwordReset === undefined) throw missingToken();
    const userId = await passwordReset.reset(body.auth, body.new_password);
    if (endsSessions) await sessions.closeAll(userId);
    return {};
  };
