import type { oauth } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as endpoints from './endpoints/login.ts';
import { getPageStyle } from './endpoints/style.ts';
import type { BrowserLogin } from './service.ts';

export { errorPage } from './error-page.ts';
export { type Html, html } from './html.ts';
export { actions, decision, field, form, loggedInAs, submit, VERBATIM } from './form.ts';
export { loginPage, nameField, passwordField, signUpPath } from './login-page.ts';
export { type Language, messagesOf, type Messages } from './messages/index.ts';
export { type Problem, redirect, showPage } from './page.ts';
export { pageScript } from './page-script.ts';
export { logInProblem, mailProblem } from './problems.ts';
export { BrowserLogin } from './service.ts';
export { signUpPage } from './sign-up-page.ts';
export { type KnownVisitor, type Visitor, Visitors } from './visitors.ts';

export const browserLoginHandlers = (login: BrowserLogin) =>
  ({
    logInOnPage: endpoints.logInOnPage(login),
    logOutOfPages: endpoints.logOutOfPages(login),
    showSignUp: endpoints.showSignUp(login),
    mailForSignUp: endpoints.mailForSignUp(login),
    signUpOnPage: endpoints.signUpOnPage(login),
    getPageStyle: getPageStyle(),
  }) satisfies Partial<HandlersOf<typeof oauth>>;
