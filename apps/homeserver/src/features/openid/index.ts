import type { clientServer, federation } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { HandlersOf } from '../../http/handler.ts';
import { exchangeOpenIdToken, requestOpenIdToken } from './endpoints/openid.ts';
import type { OpenIdTokens } from './service.ts';

export { OpenIdTokens } from './service.ts';

export const openIdHandlers = (tokens: OpenIdTokens, serverName: ServerName) =>
  ({ requestOpenIdToken: requestOpenIdToken(tokens, serverName) }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const openIdFederationHandlers = (tokens: OpenIdTokens) =>
  ({ exchangeOpenIdToken: exchangeOpenIdToken(tokens) }) satisfies Partial<HandlersOf<typeof federation>>;
