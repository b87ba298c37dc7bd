import type { oauth } from '@stafette/contracts';
import type { Handler, PreparedResponse } from '../../../http/handler.ts';
import {
  html,
  loginPage,
  messagesOf,
  redirect,
  showPage,
  signUpPage,
  type Visitor,
} from '../../browser-login/index.ts';
import {
  answerUrl,
  type AuthorizationRequest,
  type ReadRequest,
  readAuthorizationRequest,
} from '../authorization-request.ts';
import { authorizationPath, consentPage } from '../consent-page.ts';
import type { OAuth } from '../service.ts';

/** For whom there is nothing to decide: the client is told, or, where it is not known, the person. */
function refuse(read: Exclude<ReadRequest, { kind: 'request' }>, visitor: Visitor, issuer: string): PreparedResponse {
  if (read.kind === 'refused')
    return redirect(
      answerUrl(read.to, issuer, { error: read.error.code, error_description: read.error.message }),
      visitor.headers,
    );
  const m = messagesOf(visitor.language);
  return showPage(visitor, { title: m.problem, status: 400, body: html`<p>${m.clientUnknown}</p>` });
}

/** The page for whoever is not logged in here; it leads back to the request. */
function identify({ login }: OAuth, visitor: Visitor, request: AuthorizationRequest): PreparedResponse {
  const options = { ...login.pageOptions, continueTo: authorizationPath(request), name: request.loginHint };
  return request.prompt === 'create' ? signUpPage(visitor, options) : loginPage(visitor, options);
}

export const showAuthorization =
  (service: OAuth): Handler<typeof oauth.showAuthorization> =>
  async ({ query, raw }) => {
    const visitor = await service.login.visitors.meet(raw);
    const read = await readAuthorizationRequest(service.clients, query);
    if (read.kind !== 'request') return refuse(read, visitor, service.issuer);
    const { request } = read;
    const { account } = visitor;
    if (account === undefined || request.prompt !== undefined) return identify(service, visitor, request);
    return consentPage({ ...visitor, account }, request);
  };

export const decideAuthorization =
  (service: OAuth): Handler<typeof oauth.decideAuthorization> =>
  async ({ query, body, raw }) => {
    const visitor = await service.login.visitors.meetByForm(raw, body.csrf);
    const read = await readAuthorizationRequest(service.clients, query);
    if (read.kind !== 'request') return refuse(read, visitor, service.issuer);
    const { request } = read;
    if (visitor.account === undefined) return identify(service, visitor, request);
    const answer =
      body.decision === 'allow'
        ? { code: await service.codes.issue(request, visitor.account.userId) }
        : { error: 'access_denied', error_description: 'The person did not allow it' };
    return redirect(answerUrl(request, service.issuer, answer), visitor.headers);
  };
