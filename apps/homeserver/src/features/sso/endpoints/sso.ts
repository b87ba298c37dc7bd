import { type clientServer, notFound, type oauth, unrecognized } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import {
  form,
  html,
  loggedInAs,
  loginPage,
  messagesOf,
  redirect,
  showPage,
  signUpPage,
  submit,
  type Visitor,
} from '../../browser-login/index.ts';
import { withLoginToken } from '../redirect-targets.ts';
import type { Sso } from '../service.ts';

const PATH = '/_stafette/sso';
/** The id of this server among the providers of identities: there is no other. */
export const OWN_PROVIDER_ID = 'stafette';

interface SsoQuery {
  readonly redirectUrl: string;
  readonly action?: string;
}

const pathOf = ({ redirectUrl, action }: SsoQuery): string =>
  `${PATH}?${new URLSearchParams({ redirectUrl, ...(action === undefined ? {} : { action }) }).toString()}`;

function begin(sso: Sso | undefined, query: SsoQuery): PreparedResponse {
  if (sso === undefined) throw unrecognized();
  sso.targetOf(query.redirectUrl);
  return new PreparedResponse('', { status: 302, headers: { location: pathOf(query), 'cache-control': 'no-store' } });
}

export const redirectToSSO =
  (sso: Sso | undefined): Handler<typeof clientServer.redirectToSSO> =>
  async ({ query }) =>
    begin(sso, query);

export const redirectToIdP =
  (sso: Sso | undefined): Handler<typeof clientServer.redirectToIdP> =>
  async ({ params, query }) => {
    if (params.idpId !== OWN_PROVIDER_ID) throw notFound('There is no such provider of identities');
    return begin(sso, query);
  };

function identify({ login }: Sso, visitor: Visitor, query: SsoQuery): PreparedResponse {
  const options = { ...login.pageOptions, continueTo: pathOf({ redirectUrl: query.redirectUrl }) };
  return query.action === 'register' ? signUpPage(visitor, options) : loginPage(visitor, options);
}

export const showSso =
  (sso: Sso): Handler<typeof oauth.showSso> =>
  async ({ query, raw }) => {
    const target = sso.targetOf(query.redirectUrl);
    const visitor = await sso.login.visitors.meet(raw);
    const { account, language } = visitor;
    if (account === undefined) return identify(sso, visitor, query);
    const m = messagesOf(language);
    const isWeb = target.protocol === 'https:' || target.protocol === 'http:';
    return showPage(visitor, {
      title: m.ssoTitle(isWeb ? target.host : `${target.protocol}//${target.host}`),
      formTarget: isWeb ? target.origin : target.protocol,
      body: html`${loggedInAs({ ...visitor, account }, pathOf(query))}
        <p class="warning">${m.ssoMeans}</p>
        ${form(visitor, pathOf(query), [submit(m.next)])}`,
    });
  };

export const decideSso =
  (sso: Sso): Handler<typeof oauth.decideSso> =>
  async ({ query, body, raw }) => {
    const target = sso.targetOf(query.redirectUrl);
    const visitor = await sso.login.visitors.meetByForm(raw, body.csrf);
    if (visitor.account === undefined) return identify(sso, visitor, query);
    const { token } = await sso.loginTokens.issue(visitor.account.userId);
    return redirect(withLoginToken(target, token), visitor.headers);
  };
