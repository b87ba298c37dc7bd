import type { PreparedResponse } from '../../http/handler.ts';
import {
  decision,
  field,
  form,
  html,
  type KnownVisitor,
  loggedInAs,
  messagesOf,
  showPage,
  submit,
  VERBATIM,
  type Visitor,
} from '../browser-login/index.ts';
import type { Client } from './clients.ts';
import { nameOf } from './clients.ts';
import { aboutClient } from './consent-page.ts';
import type { DeviceGrantRow } from './device-grants.ts';

export const LINK_PATH = '/_stafette/link';

export const linkPath = (userCode: string): string =>
  `${LINK_PATH}?${new URLSearchParams({ user_code: userCode }).toString()}`;

/** Asks for the code that the device shows. */
export function userCodePage(visitor: Visitor, options: { readonly isUnknown: boolean }): PreparedResponse {
  const m = messagesOf(visitor.language);
  const code = field('user_code', m.userCode, {
    hint: m.userCodeHint,
    class: 'code',
    autocomplete: 'off',
    ...VERBATIM,
    autocapitalize: 'characters',
    autofocus: '',
  });
  return showPage(visitor, {
    title: m.linkTitle,
    ...(options.isUnknown && { problem: { text: m.userCodeUnknown, status: 404 } }),
    body: html`<form method="get" action="${LINK_PATH}">${code}${submit(m.next)}</form>`,
  });
}

export interface LinkQuestion {
  readonly grant: DeviceGrantRow;
  readonly client: Client;
  readonly userCode: string;
  /** Where the person's browser is. */
  readonly ip: string;
  /** They did not say that they began it. */
  readonly isUnconfirmed: boolean;
}

/**
 * Asks whether a device may be logged in. Whoever phishes sends people here with a code of their own: so it says first
 * what that looks like, then where the request came from, and asks for a tick that is more than a click.
 */
export function linkPage(visitor: KnownVisitor, question: LinkQuestion): PreparedResponse {
  const { grant, client, userCode, ip, isUnconfirmed } = question;
  const m = messagesOf(visitor.language);
  const from = grant.requested_ip === ip ? m.requestedSameNetwork(ip) : m.requestedOtherNetwork(grant.requested_ip);
  const beganIt = html`<label class="check"><input type="checkbox" name="began_it" value="yes" />${m.beganIt}</label>`;
  return showPage(visitor, {
    title: m.linkAsk(nameOf(client)),
    ...(isUnconfirmed && { problem: { text: m.beganItMissing, status: 400 } }),
    body: html`${loggedInAs(visitor, linkPath(userCode))}
      <div class="warning">
        <h2>${m.linkWarningTitle}</h2>
        <p>${m.linkWarning}</p>
      </div>
      <dl>
        <dt>${m.userCode}</dt>
        <dd class="code">${userCode}</dd>
        <dt>${m.requestedFrom}</dt>
        <dd>${from}</dd>
        <dt>${m.requestedAt}</dt>
        <dd>${new Date(grant.requested_at).toISOString().slice(11, 16)} UTC</dd>
        <dt>${m.clientSite}</dt>
        <dd>${new URL(client.client_uri).host}</dd>
        <dt>${m.device}</dt>
        <dd>${grant.device_id}</dd>
      </dl>
      ${aboutClient(client, visitor)} ${form(visitor, LINK_PATH, [beganIt, decision(m)], { user_code: userCode })}`,
  });
}

export function linkDonePage(visitor: Visitor, isAllowed: boolean): PreparedResponse {
  const m = messagesOf(visitor.language);
  return showPage(visitor, {
    title: isAllowed ? m.linkDoneTitle : m.linkDeniedTitle,
    body: html`<p>${m.closeWindow}</p>`,
  });
}
