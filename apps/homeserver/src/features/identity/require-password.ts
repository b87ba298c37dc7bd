import { forbidden } from '@stafette/contracts';
import type { Accounts } from './accounts.ts';
import type { RequirePassword } from './endpoints/account.ts';
import type { UserInteractiveAuth } from './user-interactive-auth.ts';

/** The password once more before something that cannot be undone. */
export const createRequirePassword =
  (accounts: Accounts, auth: UserInteractiveAuth): RequirePassword =>
  async (requester, stage, purpose) =>
    auth.require({
      auth: stage,
      purpose: `${purpose} ${requester.userId}`,
      flows: [['m.login.password']],
      stages: {
        'm.login.password': async ({ password }) => {
          const isRight = typeof password === 'string' && (await accounts.isPassword(requester.userId, password));
          if (!isRight) throw forbidden('The password is wrong');
        },
      },
    });
