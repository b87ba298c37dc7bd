import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const shared = {
  method: 'GET',
  auth: 'none',
  rateLimit: 'read',
  answersAs: 'page',
  query: Type.Object({
    redirectUrl: Type.String({ minLength: 1, maxLength: 2048 }),
    action: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  response: Type.Unknown(),
} as const;

/** Sends a browser to the log-in page. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect */
export const redirectToSSO = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/login/sso/redirect',
  aliases: ['/_matrix/client/r0/login/sso/redirect'],
  errors: ['M_INVALID_PARAM', 'M_UNRECOGNIZED'],
});

/** The same for one provider of identities. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirectidpid */
export const redirectToIdP = defineEndpoint({
  ...shared,
  path: '/_matrix/client/v3/login/sso/redirect/:idpId',
  aliases: ['/_matrix/client/r0/login/sso/redirect/:idpId'],
  params: Type.Object({ idpId: Type.String({ maxLength: 255 }) }),
  errors: ['M_INVALID_PARAM', 'M_NOT_FOUND', 'M_UNRECOGNIZED'],
});
