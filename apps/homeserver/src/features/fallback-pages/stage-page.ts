import { unrecognized } from '@stafette/contracts';
import type { PreparedResponse } from '../../http/handler.ts';
import {
  actions,
  field,
  form,
  html,
  type Html,
  messagesOf,
  pageScript,
  type Problem,
  showPage,
  submit,
  type Visitor,
} from '../browser-login/index.ts';
import { EMAIL_STAGE } from '../identity/index.ts';
import type { SessionStage } from './service.ts';
import { stageForms } from './stage-form.ts';

/** The stage, and how far somebody is with it. */
export interface StagePageOptions extends SessionStage {
  readonly problem?: Problem;
  readonly email?: string | undefined;
  readonly proof?: string | undefined;
}

const queryOf = (sessionId: string): string => new URLSearchParams({ session: sessionId }).toString();
const pathOf = ({ stage, sessionId }: StagePageOptions): string =>
  `/_matrix/client/v3/auth/${encodeURIComponent(stage)}/fallback/web?${queryOf(sessionId)}`;

function mailForm(visitor: Visitor, { sessionId, email }: StagePageOptions): Html {
  const m = messagesOf(visitor.language);
  const address = field('email', m.mailAddress, { value: email, type: 'email', autocomplete: 'email' });
  return form(visitor, `/_stafette/stage/mail?${queryOf(sessionId)}`, [address, submit(m.next)]);
}

function stageForm(visitor: Visitor, options: StagePageOptions): Html {
  const m = messagesOf(visitor.language);
  const { stage, proof, email = '' } = options;
  const fields = stageForms.get(stage)?.fields(m);
  if (fields === undefined) throw unrecognized();
  const parts = [...fields, submit(m.next)];
  if (proof === undefined) return form(visitor, pathOf(options), parts);
  return html`<p role="status">${m.mailSent(email)}</p>
    ${form(visitor, pathOf(options), parts, { email, proof })}
    ${actions(html`<a href="${pathOf(options)}">${m.mailAgain}</a>`)}`;
}

/** Asks for what the stage needs. Says what is being allowed: whoever began it may have sent the page to somebody else. */
export function stagePage(visitor: Visitor, options: StagePageOptions): PreparedResponse {
  const { stage, action, account, proof, problem } = options;
  const m = messagesOf(visitor.language);
  const who = html`<p>${m.stageAccount(account?.loginName ?? account?.userId ?? '')}</p>`;
  return showPage(visitor, {
    title: m.stageTitle,
    problem,
    keepsOpener: true,
    body: html`${account === undefined ? undefined : who}
      <p class="warning">${m.stageAllows[action]} ${m.stageMeans}</p>
      ${stage === EMAIL_STAGE && proof === undefined ? mailForm(visitor, options) : stageForm(visitor, options)}`,
  });
}

/** The specification's words to the application. They carry nothing, so that any window may hear them. */
const TELL = pageScript(
  `if (window.onAuthDone) {
  window.onAuthDone();
} else if (window.opener && window.opener.postMessage) {
  window.opener.postMessage('authDone', '*');
}`,
  { asksServer: false },
);

/** Tells the application that the stage is done, and the person to go back to it. */
export function stageDonePage(visitor: Visitor): PreparedResponse {
  const m = messagesOf(visitor.language);
  return showPage(visitor, {
    title: m.stageDoneTitle,
    keepsOpener: true,
    script: TELL,
    body: html`<p role="status">${m.stageDone}</p>`,
  });
}
