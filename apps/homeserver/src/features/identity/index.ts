import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as account from './endpoints/account.ts';
import { changePassword, type ChangePasswordDependencies } from './endpoints/change-password.ts';
import * as loginEndpoints from './endpoints/login.ts';
import * as registration from './endpoints/register.ts';
import * as sessionEndpoints from './endpoints/sessions.ts';

export type { AuthAction, AuthPurpose } from './auth-purpose.ts';
export { type Account, type AccountChange, Accounts, type Together, type UserType } from './accounts.ts';
export { ErasedAccounts } from './erased-accounts.ts';
export { ActingTokens } from './acting-tokens.ts';
export { createFindGuest } from './find-guest.ts';
export { LastSeen } from './last-seen.ts';
export { LoginAttempts } from './login-attempts.ts';
export { LoginTokens } from './login-tokens.ts';
export { PasswordLogin } from './password-login.ts';
export { PasswordReset } from './password-reset.ts';
export { Passwords } from './passwords.ts';
export { EMAIL_STAGE, type FindProvenAddress, type ProvenAddress } from './proven-address.ts';
export { type Admission, CODE_STAGE, OPEN_STAGE, Registration } from './registration.ts';
export { checkPasswordOf, createRequirePassword, PASSWORD_STAGE, type RequirePassword } from './require-password.ts';
export { SessionGate } from './session-gate.ts';
export { type DeviceRow, type OpenedSession, Sessions, type SessionTokens } from './sessions.ts';
export { type StageCheck, UserInteractiveAuth, type WaitingStage } from './user-interactive-auth.ts';

type Dependencies = registration.RegisterDependencies &
  loginEndpoints.LoginDependencies &
  account.AccountDependencies &
  ChangePasswordDependencies;

export const identityHandlers = (dependencies: Dependencies) =>
  ({
    register: registration.register(dependencies),
    checkUsernameAvailability: registration.checkUsernameAvailability(dependencies.registration),
    registrationTokenValidity: registration.registrationTokenValidity(dependencies.registration),
    getLoginFlows: loginEndpoints.getLoginFlows(dependencies),
    login: loginEndpoints.login(dependencies),
    logout: sessionEndpoints.logout(dependencies.sessions),
    logout_all: sessionEndpoints.logout_all(dependencies.sessions),
    refresh: sessionEndpoints.refresh(dependencies.sessions),
    getTokenOwner: sessionEndpoints.getTokenOwner(),
    changePassword: changePassword(dependencies),
    deactivateAccount: account.deactivateAccount(dependencies),
    generateLoginToken: account.generateLoginToken(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
