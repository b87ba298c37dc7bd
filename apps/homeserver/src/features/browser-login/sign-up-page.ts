import type { PreparedResponse } from '../../http/handler.ts';
import { actions, field, form, submit, VERBATIM } from './form.ts';
import { type Html, html } from './html.ts';
import { type LoginPageOptions, nameField, signUpPath } from './login-page.ts';
import { messagesOf } from './messages/index.ts';
import { showPage } from './page.ts';
import type { Visitor } from './visitors.ts';

export interface SignUpPageOptions extends LoginPageOptions {
  /** The code and the address that were typed before. */
  readonly invitation?: string | undefined;
  readonly email?: string | undefined;
  /** Of the address; without one it is asked for first, where it is needed. */
  readonly proof?: string | undefined;
}

const PATH = '/_stafette/account/sign-up';

function mailForm(visitor: Visitor, { continueTo, email }: SignUpPageOptions): Html {
  const m = messagesOf(visitor.language);
  const address = field('email', m.mailAddress, {
    hint: m.mailHint,
    value: email,
    type: 'email',
    autocomplete: 'email',
  });
  return form(visitor, `${PATH}/mail`, [address, submit(m.next)], { continue: continueTo });
}

function accountForm(visitor: Visitor, options: SignUpPageOptions): Html {
  const { continueTo, name, needsInvitation, invitation, proof, email = '' } = options;
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
  if (proof === undefined) return form(visitor, PATH, parts, { continue: continueTo });
  return html`<p role="status">${m.mailSent(email)}</p>
    ${form(visitor, PATH, parts, { continue: continueTo, email, proof })}
    ${actions(html`<a href="${signUpPath(continueTo)}">${m.mailAgain}</a>`)}`;
}

/** Asks for what a new account needs: where that is a mail address, for this first. */
export function signUpPage(visitor: Visitor, options: SignUpPageOptions): PreparedResponse {
  const { serverName, continueTo, problem, needsMail, proof } = options;
  const m = messagesOf(visitor.language);
  return showPage(visitor, {
    title: m.signUpTitle,
    problem,
    body: html`<p>${m.logInTo(serverName)}</p>
      ${needsMail && proof === undefined ? mailForm(visitor, options) : accountForm(visitor, options)}
      ${actions(html`<a href="${continueTo}">${m.logIn}</a>`)}`,
  });
}
