import { missingToken, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Accounts } from '../accounts.ts';
import type { PasswordReset } from '../password-reset.ts';
import type { RequirePassword } from '../require-password.ts';

export interface ChangePasswordDependencies {
  readonly accounts: Accounts;
  readonly requirePassword: RequirePassword;
  /** Absent: nobody gets a new password without the old one. */
  readonly passwordReset: PasswordReset | undefined;
}

export const changePassword =
  ({
    accounts,
    requirePassword,
    passwordReset,
  }: ChangePasswordDependencies): Handler<typeof clientServer.changePassword> =>
  async ({ body, requester }) => {
    const signsOut = body.logout_devices !== false;
    if (requester !== undefined) {
      const { userId, deviceId } = requester;
      await requirePassword(requester, body.auth, { action: 'change-password' });
      const except = deviceId && { deviceId };
      await accounts.changePassword(userId, body.new_password, signsOut ? { signsOut: { except } } : {});
      return {};
    }
    if (passwordReset === undefined) throw missingToken();
    await passwordReset.reset(body.auth, body.new_password, signsOut ? {} : undefined);
    return {};
  };
