import type { PreparedResponse } from '../../http/handler.ts';
import {
  decision,
  form,
  type Html,
  html,
  type KnownVisitor,
  loggedInAs,
  messagesOf,
  showPage,
} from '../browser-login/index.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { ClientMetadata } from './client-metadata.ts';
import { nameOf } from './clients.ts';

const PATH = '/_stafette/oauth/authorize';

/** Shown to whoever decides: what it says of itself, and that nobody checked it. */
export function aboutClient(client: ClientMetadata, visitor: KnownVisitor): Html {
  const m = messagesOf(visitor.language);
  const link = (uri: string | undefined, text: string): Html | undefined =>
    uri === undefined ? undefined : html`<p><a href="${uri}" rel="noreferrer" target="_blank">${text}</a></p>`;
  return html`<p>${m.consentMeans}</p>
    <ul>
      <li>${m.mayReadAndWrite}</li>
      <li>${m.mayManage}</li>
      ${visitor.account.isAdmin ? html`<li>${m.mayAdminister}</li>` : undefined}
      <li>${m.mayStay}</li>
    </ul>
    <p class="warning">${m.notProved}</p>
    ${link(client.tos_uri, m.termsOfService)}${link(client.policy_uri, m.privacyPolicy)}`;
}

/** The host, or undefined for an application on the person's own device. */
const hostOf = (uri: string): string | undefined => {
  const url = new URL(uri);
  return url.protocol === 'https:' ? url.host : undefined;
};

/** What the form's answer redirects to, in the words of the Content-Security-Policy. */
const formTargetOf = (uri: string): string => {
  const { protocol, origin } = new URL(uri);
  // The policy has no spelling for an IPv6 address, and private schemes have no origin.
  return protocol === 'https:' ? origin : protocol;
};

/** The request in one spelling, with what is known of it and nothing else. */
export function authorizationPath({
  client,
  redirectUri,
  responseMode,
  state,
  scope,
  codeChallenge,
}: AuthorizationRequest): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    response_mode: responseMode,
    scope: scope.text,
    ...(state === undefined ? {} : { state }),
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  });
  return `${PATH}?${query.toString()}`;
}

/** Asks whether an application may act for the person. */
export function consentPage(visitor: KnownVisitor, request: AuthorizationRequest): PreparedResponse {
  const { client, redirectUri, scope } = request;
  const m = messagesOf(visitor.language);
  const path = authorizationPath(request);
  return showPage(visitor, {
    title: m.consentTitle(nameOf(client)),
    formTarget: formTargetOf(redirectUri),
    body: html`${loggedInAs(visitor, path)}
      <dl>
        <dt>${m.clientSite}</dt>
        <dd>${new URL(client.client_uri).host}</dd>
        <dt>${m.afterwards}</dt>
        <dd>${hostOf(redirectUri) ?? m.appOnThisDevice}</dd>
        <dt>${m.device}</dt>
        <dd>${scope.deviceId}</dd>
      </dl>
      ${aboutClient(client, visitor)} ${form(visitor, path, [decision(m)])}`,
  });
}
