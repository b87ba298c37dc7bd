import type { QueryOf, oauth } from '@stafette/contracts';
import type { PreparedResponse } from '../../http/handler.ts';
import {
  actions,
  html,
  messagesOf,
  nameField,
  passwordField,
  showPage,
  signUpPath,
  submit,
  type Visitor,
} from '../browser-login/index.ts';
import { loginFallbackScript } from './login-fallback-script.ts';

const PATH = '/_matrix/static/client/login/';

export type LoginParameters = QueryOf<typeof oauth.showLoginFallback>;

function addressOf(parameters: LoginParameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.append(name, String(value));
  return query.size === 0 ? PATH : `${PATH}?${query.toString()}`;
}

/**
 * The form is hidden until the script takes it over, and until then the page says that there is none: without it, a browser
 * would send the password to a page that cannot use it.
 */
export function loginFallbackPage(
  visitor: Visitor,
  { serverName, parameters }: { readonly serverName: string; readonly parameters: LoginParameters },
): PreparedResponse {
  const m = messagesOf(visitor.language);
  return showPage(visitor, {
    title: m.logInTitle,
    script: loginFallbackScript,
    body: html`<p>${m.logInTo(serverName)}</p>
      <p class="problem" id="without-script">${m.loginNeedsScript}</p>
      <p class="problem" role="alert" hidden></p>
      <p role="status" hidden>${m.loginDone}</p>
      <form
        method="post"
        hidden
        data-parameters="${JSON.stringify(parameters)}"
        data-wrong-password="${m.wrongPassword}"
        data-account-locked="${m.accountLocked}"
        data-too-many="${m.tooManyForNow}"
        data-failed="${m.somethingWrong}"
        data-needs-application="${m.loginNeedsApplication}"
      >
        ${nameField(m, undefined)} ${passwordField(m.password)} ${submit(m.logIn)}
        ${actions(html`<a href="${signUpPath(addressOf(parameters))}">${m.toSignUp}</a>`)}
      </form>`,
  });
}
