import type { PreparedResponse } from '../../http/handler.ts';
import { actions, field, form, submit, VERBATIM } from './form.ts';
import { type Html, html } from './html.ts';
import { messagesOf, type Messages } from './messages/index.ts';
import { type Problem, showPage } from './page.ts';
import type { ServerOptions } from './service.ts';
import type { Visitor } from './visitors.ts';

export interface LoginPageOptions extends ServerOptions {
  /** Path and query of the page to go to afterwards; one of ours. */
  readonly continueTo: string;
  /** What the person typed before, or is expected to. */
  readonly name?: string | undefined;
  readonly problem?: Problem;
}

export const nameField = (m: Messages, value: string | undefined, autofocus?: ''): Html =>
  field('name', m.loginName, { value, autocomplete: 'username', ...VERBATIM, autofocus });

/** Asks for the password of an account that is there. */
export const passwordField = (label: string): Html =>
  field('password', label, { type: 'password', autocomplete: 'current-password' });

export const signUpPath = (continueTo: string): string =>
  `/_stafette/account/sign-up?${new URLSearchParams({ continue: continueTo }).toString()}`;

export function loginPage(visitor: Visitor, options: LoginPageOptions): PreparedResponse {
  const { serverName, continueTo, name, problem } = options;
  const m = messagesOf(visitor.language);
  const parts = [nameField(m, name, ''), passwordField(m.password), submit(m.logIn)];
  return showPage(visitor, {
    title: m.logInTitle,
    problem,
    body: html`<p>${m.logInTo(serverName)}</p>
      ${form(visitor, '/_stafette/account/login', parts, { continue: continueTo })}
      ${actions(html`<a href="${signUpPath(continueTo)}">${m.toSignUp}</a>`)}`,
  });
}
