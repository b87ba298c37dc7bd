import type { oauth } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { readContinueTo } from '../continue-to.ts';
import { loginPage } from '../login-page.ts';
import { redirect } from '../page.ts';
import { logInProblem, mailProblem, signUpProblem } from '../problems.ts';
import type { BrowserLogin } from '../service.ts';
import { signUpPage } from '../sign-up-page.ts';

export const logInOnPage =
  (login: BrowserLogin): Handler<typeof oauth.logInOnPage> =>
  async ({ body, raw }) => {
    const visitor = await login.visitors.meetByForm(raw, body.csrf);
    const continueTo = readContinueTo(body.continue);
    try {
      return redirect(continueTo, await login.logIn(body.name, body.password));
    } catch (error) {
      const problem = logInProblem(error, visitor);
      return loginPage(visitor, { ...login.pageOptions, continueTo, name: body.name, problem });
    }
  };

export const logOutOfPages =
  ({ visitors }: BrowserLogin): Handler<typeof oauth.logOutOfPages> =>
  async ({ body, raw }) => {
    await visitors.meetByForm(raw, body.csrf);
    return redirect(readContinueTo(body.continue), await visitors.logOut(raw));
  };

export const showSignUp =
  (login: BrowserLogin): Handler<typeof oauth.showSignUp> =>
  async ({ query, raw }) =>
    signUpPage(await login.visitors.meet(raw), {
      ...login.pageOptions,
      continueTo: readContinueTo(query.continue),
    });

export const mailForSignUp =
  (login: BrowserLogin): Handler<typeof oauth.mailForSignUp> =>
  async ({ body, raw }) => {
    const visitor = await login.visitors.meetByForm(raw, body.csrf);
    const shown = { ...login.pageOptions, continueTo: readContinueTo(body.continue), email: body.email };
    try {
      return signUpPage(visitor, { ...shown, proof: await login.proveAddress(visitor, 'register', body.email) });
    } catch (error) {
      return signUpPage(visitor, { ...shown, problem: mailProblem(error, visitor) });
    }
  };

export const signUpOnPage =
  (login: BrowserLogin): Handler<typeof oauth.signUpOnPage> =>
  async ({ body, raw }) => {
    const visitor = await login.visitors.meetByForm(raw, body.csrf);
    const continueTo = readContinueTo(body.continue);
    try {
      return redirect(continueTo, await login.signUp(visitor, body));
    } catch (error) {
      const { pageOptions } = login;
      const problem = signUpProblem(error, visitor, pageOptions.needsInvitation);
      const { name, invitation, email, proof } = body;
      return signUpPage(visitor, { ...pageOptions, continueTo, name, invitation, email, proof, problem });
    }
  };
