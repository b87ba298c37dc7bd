import { type oauth, OAuthError } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import type { OAuth } from '../service.ts';
import type { TokenAnswer } from '../grants.ts';

/** RFC 6749 section 5.1: nobody on the way keeps tokens. */
const asJson = (value: object, status = 200): PreparedResponse =>
  new PreparedResponse(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' },
  });

export const registerOAuthClient =
  (service: OAuth): Handler<typeof oauth.registerOAuthClient> =>
  async ({ body }) => {
    const { clientId, ...metadata } = await service.register(body);
    return asJson({ client_id: clientId, ...metadata }, 201);
  };

export const authorizeDevice =
  (service: OAuth): Handler<typeof oauth.authorizeDevice> =>
  async ({ body, ip }) =>
    asJson(await service.beginDevice(body, ip));

export const exchangeGrant =
  ({ clients, codes, devices, tokens }: OAuth): Handler<typeof oauth.exchangeGrant> =>
  async ({ body }) => {
    const exchange = async (): Promise<TokenAnswer> => {
      switch (body.grant_type) {
        case 'authorization_code':
          return codes.redeem(await clients.get(body.client_id, body.grant_type), body);
        case 'refresh_token':
          return tokens.refresh(await clients.get(body.client_id, body.grant_type), body.refresh_token);
        case 'urn:ietf:params:oauth:grant-type:device_code':
          return devices.redeem(await clients.get(body.client_id, body.grant_type), body.device_code);
        default:
          throw new OAuthError('unsupported_grant_type', 'This grant type is not offered here');
      }
    };
    return asJson(await exchange());
  };

export const revokeToken =
  ({ tokens }: OAuth): Handler<typeof oauth.revokeToken> =>
  async ({ body }) => {
    await tokens.revoke(body.token);
    return asJson({});
  };
