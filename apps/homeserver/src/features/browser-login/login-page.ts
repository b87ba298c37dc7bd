import type { ServerName } from '@stafette/protocol';
import type { PreparedResponse } from '../../http/handler.ts';
import { actions, field, form, submit, VERBATIM } from './form.ts';
import { type Html, html } from './html.ts';
import { messagesOf, type Messages } from './messages/index.ts';
import { type Problem, showPage } from './page.ts';
import type { Visitor } from './visitors.ts';

export interface LoginPageOptions {
  readonly serverName: ServerName;
  /** Path and query of the page to go to afterwards; one of ours. */
  readonly continueTo: string;
  /** What the person typed before, or is expected to. */
  readonly name?: string | undefined;
  readonly problem?: Problem;
  /** An invitation code is needed for a new account. */
  readonly needsInvitation: boolean;
  /** The one that was typed before. */
  readonly invitation?: string | undefined;
}

const nameField = (m: Messages, value: string | undefined, autofocus?: ''): Html =>
  field('name', m.loginName, { value, autocomplete: 'username', ...VERBATIM, autofocus });

/** Asks for the password of an account that is there. */
export const passwordField = (label: string): Html =>
  field('password', label, { type: 'password', autocomplete: 'current-password' });

export function loginPage(visitor: Visitor, options: LoginPageOptions): PreparedResponse {
  const { serverName, continueTo, name, problem } = options;
  const m = messagesOf(visitor.language);
  const signUp = `/_stafette/account/sign-up?${new URLSearchParams({ continue: continueTo }).toString()}`;
  const parts = [nameField(m, name, ''), passwordField(m.password), submit(m.logIn)];
  return showPage(visitor, {
    title: m.logInTitle,
    ...(problem && { problem }),
    body: html`<p>${m.logInTo(serverName)}</p>
      ${form(visitor, '/_stafette/account/login', parts, { continue: continueTo })}
      ${actions(html`<a href="${signUp}">${m.toSignUp}</a>`)}`,
  });
}

export function signUpPage(visitor: Visitor, options: LoginPageOptions): PreparedResponse {
  const { serverName, continueTo, name, problem, needsInvitation, invitation } = options;
  const m = messagesOf(visitor.language);
  const code = field('invitation', m.invitationCode, {
    hint: m.invitationHint,
    value: invitation,
    autocomplete: 'one-time-code',
    ...VERBATIM,
  });
  const password = field('password', m.password, {
    hint: m.newPasswordHint,
    type: 'password',
    autocomplete: 'new-password',
  });
  const parts = [...(needsInvitation ? [code] : []), nameField(m, name), password, submit(m.signUp)];
  return showPage(visitor, {
    title: m.signUpTitle,
    ...(problem && { problem }),
    body: html`<p>${m.logInTo(serverName)}</p>
      ${form(visitor, '/_stafette/account/sign-up', parts, { continue: continueTo })}
      ${actions(html`<a href="${continueTo}">${m.logIn}</a>`)}`,
  });
}
