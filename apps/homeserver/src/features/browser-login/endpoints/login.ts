import { MatrixError, type oauth } from '@stafette/contracts';
import type { Handler, PreparedResponse } from '../../../http/handler.ts';
import { readContinueTo } from '../continue-to.ts';
import { loginPage, problemOf, signUpPage } from '../login-page.ts';
import { messagesOf } from '../messages/index.ts';
import { redirect } from '../page.ts';
import type { BrowserLogin } from '../service.ts';
import type { Visitor } from '../visitors.ts';

/** The page again, with what went wrong; what is not the person's to mend goes on. */
function again(
  error: unknown,
  visitor: Visitor,
  show: (problem: { text: string; status: number }) => PreparedResponse,
) {
  if (!(error instanceof MatrixError)) throw error;
  return show({ text: problemOf(error, messagesOf(visitor.language)), status: error.status });
}

export const logInOnPage =
  (login: BrowserLogin): Handler<typeof oauth.logInOnPage> =>
  async ({ body, raw }) => {
    const visitor = await login.visitors.meetByForm(raw, body.csrf);
    const continueTo = readContinueTo(body.continue);
    try {
      return redirect(continueTo, await login.logIn(body.name, body.password));
    } catch (error) {
      return again(error, visitor, (problem) =>
        loginPage(visitor, { ...login.pageOptions, continueTo, name: body.name, problem }),
      );
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
      return again(error, visitor, (problem) =>
        signUpPage(visitor, { ...login.pageOptions, continueTo, name: body.name, problem }),
      );
    }
  };
