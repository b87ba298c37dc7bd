import type { oauth } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { readContinueTo } from '../continue-to.ts';
import { loginPage, signUpPage } from '../login-page.ts';
import { redirect } from '../page.ts';
import { logInProblem, signUpProblem } from '../problems.ts';
import type { BrowserLogin } from '../service.ts';

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

export const signUpOnPage =
  (login: BrowserLogin): Handler<typeof oauth.signUpOnPage> =>
  async ({ body, raw }) => {
    const visitor = await login.visitors.meetByForm(raw, body.csrf);
    const continueTo = readContinueTo(body.continue);
    try {
      return redirect(continueTo, await login.signUp(body));
    } catch (error) {
      const { pageOptions } = login;
      const problem = signUpProblem(error, visitor, pageOptions.needsInvitation);
      const { name, invitation } = body;
      return signUpPage(visitor, { ...pageOptions, continueTo, name, invitation, problem });
    }
  };
