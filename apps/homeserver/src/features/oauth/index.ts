import type { clientServer, oauth } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { decideAuthorization, showAuthorization } from './endpoints/authorization.ts';
import { decideLink, showLink } from './endpoints/link.ts';
import { getAuthMetadata } from './endpoints/metadata.ts';
import { authorizeDevice, exchangeGrant, registerOAuthClient, revokeToken } from './endpoints/tokens.ts';
import type { OAuth } from './service.ts';

export type { ClientMetadata } from './client-metadata.ts';
export { nameOf } from './clients.ts';
export { ACCOUNT_ACTIONS, accountUrlOf } from './metadata.ts';
export { OAuth } from './service.ts';

export const authMetadataHandlers = (publicUrl: string | undefined) =>
  ({ getAuthMetadata: getAuthMetadata(publicUrl) }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const oauthHandlers = (service: OAuth) =>
  ({
    registerOAuthClient: registerOAuthClient(service),
    showAuthorization: showAuthorization(service),
    decideAuthorization: decideAuthorization(service),
    authorizeDevice: authorizeDevice(service),
    showLink: showLink(service),
    decideLink: decideLink(service),
    exchangeGrant: exchangeGrant(service),
    revokeToken: revokeToken(service),
  }) satisfies Partial<HandlersOf<typeof oauth>>;
