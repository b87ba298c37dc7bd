import * as account from './endpoints/account.ts';
import * as loginEndpoints from './endpoints/login.ts';
import * as registration from './endpoints/register.ts';
import * as sessionEndpoints from './endpoints/sessions.ts';

export { type Account, Accounts } from './accounts.ts';
export type { RequirePassword } from './endpoints/account.ts';
export { Passwords } from './passwords.ts';
export { type Admission, Registration } from './registration.ts';
export { createRequirePassword } from './require-password.ts';
export { sessionAnswer } from './session-answer.ts';
export { type OpenedSession, Sessions } from './sessions.ts';
export { UserInteractiveAuth } from './user-interactive-auth.ts';

export const identityHandlers = (dependencies: registration.RegisterDependencies & loginEndpoints.LoginDependencies & { readonly requirePassword: account.RequirePassword }) => {
  const { accounts, sessions, requirePassword } = dependencies;
  return {
    register: registration.register(dependencies),
    checkUsernameAvailability: registration.checkUsernameAvailability(accounts),
    registrationTokenValidity: registration.registrationTokenValidity(dependencies.registration),
    getLoginFlows: loginEndpoints.getLoginFlows(),
    login: loginEndpoints.login(dependencies),
    logout: sessionEndpoints.logout(sessions),
    logout_all: sessionEndpoints.logout_all(sessions),
    refresh: sessionEndpoints.refresh(sessions),
    getTokenOwner: sessionEndpoints.getTokenOwner(),
    changePassword: account.changePassword(accounts, sessions, requirePassword),
    deactivateAccount: account.deactivateAccount(accounts, requirePassword),
    generateLoginToken: account.generateLoginToken(accounts, requirePassword),
  };
};
