import type { MatrixError } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { PreparedResponse } from '../../http/handler.ts';
import { type Html, html } from './html.ts';
import { messagesOf, type Messages } from './messages/index.ts';
import { renderPage } from './page.ts';
import type { Visitor } from './visitors.ts';

export interface LoginPageOptions {
  readonly serverName: ServerName;
  /** Path and query of the page to go to afterwards; one of ours. */
  readonly continueTo: string;
  /** What the person typed before, or is expected to. */
  readonly name?: string | undefined;
  readonly problem?: { readonly text: string; readonly status: number };
  /** An invitation code is needed for a new account. */
  readonly needsInvitation: boolean;
}

/** What a person is told about a refusal. */
export function problemOf(error: MatrixError, m: Messages): string {
  switch (error.errcode) {
    case 'M_FORBIDDEN':
      return m.wrongPassword;
    case 'M_USER_LOCKED':
      return m.accountLocked;
    case 'M_WEAK_PASSWORD':
      return m.weakPassword;
    case 'M_USER_IN_USE':
      return m.nameTaken;
    case 'M_INVALID_USERNAME':
      return m.nameUnusable;
    case 'M_UNAUTHORIZED':
      return m.invitationUnusable;
    case 'M_LIMIT_EXCEEDED':
      return m.tooManyAttempts(Math.ceil(Number(error.extra['retry_after_ms']) / 1000));
    default:
      return m.somethingWrong;
  }
}

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

export function loginPage(visitor: Visitor, options: LoginPageOptions): PreparedResponse {
  const m = messagesOf(visitor.language);
  const signUp = `/_stafette/account/sign-up?${new URLSearchParams({ continue: options.continueTo }).toString()}`;
  return renderPage({
    language: visitor.language,
    title: m.logInTitle,
    problem: options.problem?.text,
    status: options.problem?.status ?? 200,
    headers: visitor.headers,
    body: html`<p>${m.logInTo(options.serverName)}</p>
      <form method="post" action="/_stafette/account/login">
        ${hidden('csrf', visitor.csrf)}${hidden('continue', options.continueTo)}
        <label for="name">${m.loginName}</label>
        <input
          id="name"
          name="name"
          value="${options.name}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />
        <label for="password">${m.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <p class="actions"><button class="primary">${m.logIn}</button></p>
      </form>
      <p class="actions"><a href="${signUp}">${m.toSignUp}</a></p>`,
  });
}

export function signUpPage(visitor: Visitor, options: LoginPageOptions): PreparedResponse {
  const m = messagesOf(visitor.language);
  const invitation = html`<label for="invitation">${m.invitationCode}</label>
    <p class="hint" id="invitation-hint">${m.invitationHint}</p>
    <input
      id="invitation"
      name="invitation"
      autocomplete="one-time-code"
      aria-describedby="invitation-hint"
      required
    />`;
  return renderPage({
    language: visitor.language,
    title: m.signUpTitle,
    problem: options.problem?.text,
    status: options.problem?.status ?? 200,
    headers: visitor.headers,
    body: html`<p>${m.logInTo(options.serverName)}</p>
      <form method="post" action="/_stafette/account/sign-up">
        ${hidden('csrf', visitor.csrf)}${hidden('continue', options.continueTo)}
        ${options.needsInvitation ? invitation : undefined}
        <label for="name">${m.loginName}</label>
        <input
          id="name"
          name="name"
          value="${options.name}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
        />
        <label for="password">${m.password}</label>
        <p class="hint" id="password-hint">${m.newPasswordHint}</p>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          aria-describedby="password-hint"
          required
        />
        <p class="actions"><button class="primary">${m.signUp}</button></p>
      </form>
      <p class="actions"><a href="${options.continueTo}">${m.logIn}</a></p>`,
  });
}

/** Says who is logged in here, with a way out. */
export const loggedInAs = (visitor: Visitor, name: string, continueTo: string): Html => {
  const m = messagesOf(visitor.language);
  return html`<form method="post" action="/_stafette/account/logout">
    ${hidden('csrf', visitor.csrf)}${hidden('continue', continueTo)}
    <p class="muted">${m.loggedInAs(name)} <button class="link">${m.logOut}</button></p>
  </form>`;
};
