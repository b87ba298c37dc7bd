import { forbidden, missingToken, unknownToken, type clientServer, type federation } from '@stafette/contracts';
import { parseUserId, type ServerName } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { OPENID_LIFETIME_MS, type OpenIdTokens } from '../service.ts';

export const requestOpenIdToken =
  (tokens: OpenIdTokens, serverName: ServerName): Handler<typeof clientServer.requestOpenIdToken> =>
  async ({ params, requester }) => {
    if (parseUserId(params.userId) !== requester.userId) throw forbidden('A token is only for oneself');
    return {
      access_token: await tokens.issue(requester.userId),
      expires_in: OPENID_LIFETIME_MS / 1000,
      matrix_server_name: serverName,
      token_type: 'Bearer',
    };
  };

export const exchangeOpenIdToken =
  (tokens: OpenIdTokens): Handler<typeof federation.exchangeOpenIdToken> =>
  async ({ query }) => {
    if (query.access_token === undefined) throw missingToken();
    const userId = await tokens.findUser(query.access_token);
    if (userId === undefined) throw unknownToken();
    return { sub: userId };
  };
