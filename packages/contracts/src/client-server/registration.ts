import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject, OpenedSession, PlainText } from '../schemas.ts';
import { emailTokenRequest, phoneTokenRequest } from './validation-request.ts';

/** Creates an account. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register */
export const register = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/register',
  aliases: ['/_matrix/client/r0/register'],
  auth: 'appserviceOrNone',
  rateLimit: 'registration',
  query: Type.Object({ kind: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('guest')])) }),
  body: Type.Object({
    /** `m.login.application_service` for a user of a service. */
    type: Type.Optional(Type.String()),
    auth: Type.Optional(JsonObject),
    username: Type.Optional(Type.String({ maxLength: 255 })),
    password: Type.Optional(Type.String()),
    device_id: Type.Optional(Type.String({ maxLength: 255 })),
    initial_device_display_name: Type.Optional(PlainText(255)),
    inhibit_login: Type.Optional(Type.Boolean()),
    refresh_token: Type.Optional(Type.Boolean()),
    /** Of a guest whose account is to become a person's; `username` is then its localpart. */
    guest_access_token: Type.Optional(Type.String({ maxLength: 1024 })),
  }),
  bodyOptional: true,
  response: Type.Union([OpenedSession, Type.Object({ user_id: Type.String() })]),
  errors: [
    'M_USER_IN_USE',
    'M_INVALID_USERNAME',
    'M_EXCLUSIVE',
    'M_WEAK_PASSWORD',
    'M_FORBIDDEN',
    'M_THREEPID_IN_USE',
    'M_GUEST_ACCESS_FORBIDDEN',
    'M_USER_SUSPENDED',
  ],
});

/** Whether a name is free. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable */
export const checkUsernameAvailability = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/register/available',
  aliases: ['/_matrix/client/r0/register/available'],
  auth: 'none',
  rateLimit: 'registration',
  query: Type.Object({ username: Type.String({ maxLength: 255 }) }),
  response: Type.Object({ available: Type.Boolean() }),
  errors: ['M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_EXCLUSIVE'],
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken */
export const requestTokenToRegisterEmail = defineEndpoint({
  path: '/_matrix/client/v3/register/email/requestToken',
  aliases: ['/_matrix/client/r0/register/email/requestToken'],
  ...emailTokenRequest,
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registermsisdnrequesttoken */
export const requestTokenToRegisterMSISDN = defineEndpoint({
  path: '/_matrix/client/v3/register/msisdn/requestToken',
  aliases: ['/_matrix/client/r0/register/msisdn/requestToken'],
  ...phoneTokenRequest,
});
