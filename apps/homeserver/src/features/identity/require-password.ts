import { forbidden } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import type { Accounts } from './accounts.ts';
import type { AuthPurpose } from './auth-purpose.ts';
import type { PasswordLogin } from './password-login.ts';
import type { StageCheck, UserInteractiveAuth } from './user-interactive-auth.ts';

/** The stage of user-interactive authentication in which a password is typed. */
export const PASSWORD_STAGE = 'm.login.password';

/** Asks for the password again. Throws the 401 of user-interactive authentication until it is right. */
export type RequirePassword = (
  requester: Requester,
  auth: JsonObject | undefined,
  purpose: Omit<AuthPurpose, 'userId'>,
) => Promise<void>;

interface Dependencies {
  readonly accounts: Accounts;
  readonly passwordLogin: PasswordLogin;
}

/** The name in a password stage, in the present and in the older spelling. */
function nameIn(auth: JsonObject): string | undefined {
  const { identifier, user } = auth;
  const name =
    typeof identifier === 'object' && identifier !== null && 'user' in identifier ? identifier['user'] : user;
  return typeof name === 'string' ? name : undefined;
}

/** Whether the password is that of the account. Throws M_FORBIDDEN where it is said to be another's. */
export const checkPasswordOf =
  ({ accounts, passwordLogin }: Dependencies, userId: UserId): StageCheck =>
  async (stage) => {
    const name = nameIn(stage);
    if (name !== undefined && (await accounts.findByName(name))?.userId !== userId) {
      throw forbidden('The password of another account proves nothing about this one');
    }
    const { password } = stage;
    const isRight = typeof password === 'string' && (await passwordLogin.isPassword(userId, password));
    return isRight ? undefined : { errcode: 'M_FORBIDDEN', message: 'The password is wrong' };
  };

/** The password once more before something that cannot be undone. */
export const createRequirePassword =
  (dependencies: Dependencies & { readonly auth: UserInteractiveAuth }): RequirePassword =>
  async ({ userId }, auth, purpose) => {
    await dependencies.auth.require({
      auth,
      purpose: { ...purpose, userId },
      flows: [[PASSWORD_STAGE]],
      stages: new Map([[PASSWORD_STAGE, checkPasswordOf(dependencies, userId)]]),
    });
  };
