import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject } from '../schemas.ts';
import { emailTokenRequest, phoneTokenRequest } from './validation-request.ts';

/** Changes the password; without a token, for whoever reads the mailbox of the account. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword */
export const changePassword = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/account/password',
  aliases: ['/_matrix/client/r0/account/password'],
  auth: 'optional',
  rateLimit: 'login',
  body: Type.Object({
    new_password: Type.String(),
    logout_devices: Type.Optional(Type.Boolean()),
    auth: Type.Optional(JsonObject),
  }),
  response: Empty,
  errors: ['M_WEAK_PASSWORD', 'M_FORBIDDEN', 'M_MISSING_TOKEN', 'M_THREEPID_AUTH_FAILED'],
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken */
export const requestTokenToResetPasswordEmail = defineEndpoint({
  path: '/_matrix/client/v3/account/password/email/requestToken',
  aliases: ['/_matrix/client/r0/account/password/email/requestToken'],
  ...emailTokenRequest,
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken */
export const requestTokenToResetPasswordMSISDN = defineEndpoint({
  path: '/_matrix/client/v3/account/password/msisdn/requestToken',
  aliases: ['/_matrix/client/r0/account/password/msisdn/requestToken'],
  ...phoneTokenRequest,
});
