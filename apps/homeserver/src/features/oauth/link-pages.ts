import type { PreparedResponse } from '../../http/handler.ts';
import { hidden, html, loggedInAs, messagesOf, renderPage, type Visitor } from '../browser-login/index.ts';
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
  return renderPage({
    language: visitor.language,
    title: m.linkTitle,
    headers: visitor.headers,
    problem: options.isUnknown ? m.userCodeUnknown : undefined,
    status: options.isUnknown ? 404 : 200,
    body: html`<form method="get" action="${LINK_PATH}">
      <label for="user_code">${m.userCode}</label>
      <p class="hint" id="user_code-hint">${m.userCodeHint}</p>
      <input
        id="user_code"
        name="user_code"
        class="code"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        aria-describedby="user_code-hint"
        required
        autofocus
      />
      <p class="actions"><button class="primary">${m.next}</button></p>
    </form>`,
  });
}

export interface LinkQuestion {
  readonly grant: DeviceGrantRow;
  readonly client: Client;
  readonly userCode: string;
  readonly loginName: string;
  /** Where the person's browser is. */
  readonly ip: string;
  /** They did not say that they began it. */
  readonly isUnconfirmed: boolean;
}

/**
 * Asks whether a device may be logged in. Whoever phishes sends people here with a code of their own: so it says first
 * what that looks like, then where the request came from, and asks for a tick that is more than a click.
 */
export function linkPage(visitor: Visitor, question: LinkQuestion): PreparedResponse {
  const { grant, client, userCode, loginName, ip, isUnconfirmed } = question;
  const m = messagesOf(visitor.language);
  const from = grant.requested_ip === ip ? m.requestedSameNetwork(ip) : m.requestedOtherNetwork(grant.requested_ip);
  return renderPage({
    language: visitor.language,
    title: m.linkAsk(nameOf(client)),
    headers: visitor.headers,
    problem: isUnconfirmed ? m.beganItMissing : undefined,
    status: isUnconfirmed ? 400 : 200,
    body: html`${loggedInAs(visitor, loginName, linkPath(userCode))}
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
      ${aboutClient(client, visitor)}
      <form method="post" action="${LINK_PATH}">
        ${hidden('csrf', visitor.csrf)}${hidden('user_code', userCode)}
        <label class="check"><input type="checkbox" name="began_it" value="yes" />${m.beganIt}</label>
        <p class="actions">
          <button class="primary" name="decision" value="allow">${m.allow}</button>
          <button name="decision" value="deny">${m.deny}</button>
        </p>
      </form>`,
  });
}

export function linkDonePage(visitor: Visitor, isAllowed: boolean): PreparedResponse {
  const m = messagesOf(visitor.language);
  return renderPage({
    language: visitor.language,
    title: isAllowed ? m.linkDoneTitle : m.linkDeniedTitle,
    headers: visitor.headers,
    body: html`<p>${m.closeWindow}</p>`,
  });
}
