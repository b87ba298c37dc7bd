import { forbidden } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import type { Accounts } from './accounts.ts';
import type { PasswordLogin } from './password-login.ts';
import type { UserInteractiveAuth } from './user-interactive-auth.ts';

/** Asks for the password again. Throws the 401 of user-interactive authentication until it is right. */
export type RequirePassword = (requester: Requester, auth: JsonObject | undefined, purpose: string) => Promise<void>;

/** The name in a password stage, in the present and in the older spelling. */
function nameIn(auth: JsonObject): string | undefined {
  const { identifier, user } = auth;
  const name =
    typeof identifier === 'object' && identifier !== null && 'user' in identifier ? identifier['user'] : user;
  return typeof name === 'string' ? name : undefined;
}

/** The password once more before something that cannot be undone. */
export const createRequirePassword =
  (dependencies: {
    readonly accounts: Accounts;
    readonly passwordLogin: PasswordLogin;
    readonly auth: UserInteractiveAuth;
  }): RequirePassword =>
  async ({ userId }, auth, purpose) => {
    await dependencies.auth.require({
      auth,
      purpose: `${userId} ${purpose}`,
      flows: [['m.login.password']],
      stages: new Map([
        [
          'm.login.password',
          async (stage: JsonObject) => {
            const name = nameIn(stage);
            if (name !== undefined && (await dependencies.accounts.findByName(name))?.userId !== userId) {
              throw forbidden('The password of another account proves nothing about this one');
            }
            const { password } = stage;
            const isRight =
              typeof password === 'string' && (await dependencies.passwordLogin.isPassword(userId, password));
            return isRight ? undefined : ({ errcode: 'M_FORBIDDEN', message: 'The password is wrong' } as const);
          },
        ],
      ]),
    });
  };
