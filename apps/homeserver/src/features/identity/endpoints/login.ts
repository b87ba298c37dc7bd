import { type clientServer, MatrixError, missingParam, type BodyOf } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import type { Accounts } from '../accounts.ts';
import type { LoginTokens } from '../login-tokens.ts';
import type { LoginIdentifier, PasswordLogin } from '../password-login.ts';
import { getService, identifyForService, SERVICE_LOGIN, notOfService } from '../service-login.ts';
import { sessionAnswer } from '../session-answer.ts';
import type { Sessions } from '../sessions.ts';

export interface LoginDependencies {
  readonly accounts: Accounts;
  readonly passwordLogin: PasswordLogin;
  readonly loginTokens: LoginTokens;
  readonly sessions: Sessions;
  readonly serverName: ServerName;
  readonly hasServices: boolean;
  /** Who identifies people in a browser; none when that is not offered. */
  readonly ssoProviders: readonly { readonly id: string; readonly name: string }[];
}

/** Clients that know of OAuth offer this alone; the second spelling is from before the specification. */
const ssoFlow = (providers: LoginDependencies['ssoProviders']) => ({
  type: 'm.login.sso',
  identity_providers: [...providers],
  oauth_aware_preferred: true,
  'org.matrix.msc3824.delegated_oidc_compatibility': true,
});

export const getLoginFlows =
  ({ hasServices, ssoProviders }: LoginDependencies): Handler<typeof clientServer.getLoginFlows> =>
  async () => ({
    flows: [
      { type: 'm.login.password' },
      { type: 'm.login.token', get_login_token: true },
      ...(ssoProviders.length > 0 ? [ssoFlow(ssoProviders)] : []),
      ...(hasServices ? [{ type: SERVICE_LOGIN }] : []),
    ],
  });

/** In the present and in the older spelling; undefined when nothing says who it is. */
function readIdentifier(body: BodyOf<typeof clientServer.login>): LoginIdentifier | undefined {
  const { user, medium, address } = { ...body, ...body.identifier };
  const type = body.identifier?.type ?? (user === undefined ? 'm.id.thirdparty' : 'm.id.user');
  if (type === 'm.id.user') return user === undefined ? undefined : { name: user };
  if (type === 'm.id.thirdparty' && (medium === undefined || medium === 'email'))
    return address === undefined ? undefined : { address };
  throw new MatrixError(400, 'M_UNKNOWN', 'This server knows people by their login name or mail address only');
}

async function identify(
  dependencies: LoginDependencies,
  body: BodyOf<typeof clientServer.login>,
  caller: { readonly requester: Requester | undefined; readonly hasToken: boolean },
): Promise<UserId> {
  const { passwordLogin, loginTokens } = dependencies;
  switch (body.type) {
    case 'm.login.password': {
      const identifier = readIdentifier(body);
      if (identifier === undefined || body.password === undefined)
        throw missingParam('A name and a password are needed');
      return (await passwordLogin.logIn(identifier, body.password)).userId;
    }
    case 'm.login.token':
      if (body.token === undefined) throw missingParam('A token is needed');
      return loginTokens.redeem(body.token);
    case SERVICE_LOGIN:
      return identifyForService(
        dependencies,
        getService(caller.requester, caller.hasToken, notOfService),
        body.identifier?.user ?? body.user,
      );
    default:
      throw new MatrixError(400, 'M_UNKNOWN', 'This way to log in is not offered here');
  }
}

export const login =
  (dependencies: LoginDependencies): Handler<typeof clientServer.login> =>
  async ({ body, requester, raw }) => {
    const session = await dependencies.sessions.open({
      userId: await identify(dependencies, body, { requester, hasToken: raw.headers.authorization !== undefined }),
      deviceId: body.device_id ?? undefined,
      displayName: body.initial_device_display_name,
      withRefreshToken: body.refresh_token === true,
    });
    return sessionAnswer(session, dependencies.serverName);
  };
