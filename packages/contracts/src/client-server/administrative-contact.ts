import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject, PlainText } from '../schemas.ts';
import { emailTokenRequest, phoneTokenRequest } from './validation-request.ts';

const contact = { path: '/_matrix/client/v3/account/3pid', aliases: ['/_matrix/client/r0/account/3pid'] } as const;
const under = (suffix: string) =>
  ({ path: `${contact.path}/${suffix}`, aliases: [`${contact.aliases[0]}/${suffix}`] }) as const;
const Unbound = Type.Object({
  id_server_unbind_result: Type.Union([Type.Literal('success'), Type.Literal('no-support')]),
});
const identifier = { medium: Type.String({ maxLength: 64 }), address: PlainText(1024) };
const credentials = { client_secret: PlainText(255), sid: PlainText(255) };
const idServer = { id_server: Type.String(), id_access_token: Type.String() };

/** Mail addresses of the account. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid */
export const getAccount3PIDs = defineEndpoint({
  method: 'GET',
  ...contact,
  auth: 'accessToken',
  rateLimit: 'read',
  whileSuspended: true,
  response: Type.Object({ threepids: Type.Array(JsonObject) }),
  errors: [],
});

/** Deprecated. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pid */
export const post3PIDs = defineEndpoint({
  method: 'POST',
  ...contact,
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({ three_pid_creds: JsonObject }),
  response: Empty,
  errors: ['M_THREEPID_AUTH_FAILED'],
});

/** Adds an address that was confirmed. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd */
export const add3PID = defineEndpoint({
  method: 'POST',
  ...under('add'),
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({ ...credentials, auth: Type.Optional(JsonObject) }),
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_THREEPID_AUTH_FAILED', 'M_THREEPID_IN_USE'],
});

/** Publishes an address at an identity server. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind */
export const bind3PID = defineEndpoint({
  method: 'POST',
  ...under('bind'),
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({ ...credentials, ...idServer }),
  response: Empty,
  errors: ['M_SERVER_NOT_TRUSTED'],
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete */
export const delete3pidFromAccount = defineEndpoint({
  method: 'POST',
  ...under('delete'),
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({ ...identifier, id_server: Type.Optional(Type.String()) }),
  response: Unbound,
  errors: [],
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind */
export const unbind3pidFromAccount = defineEndpoint({
  method: 'POST',
  ...under('unbind'),
  auth: 'accessToken',
  rateLimit: 'login',
  body: Type.Object({ ...identifier, id_server: Type.Optional(Type.String()) }),
  response: Unbound,
  errors: [],
});

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidemailrequesttoken */
export const requestTokenTo3PIDEmail = defineEndpoint({ ...under('email/requestToken'), ...emailTokenRequest });

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken */
export const requestTokenTo3PIDMSISDN = defineEndpoint({ ...under('msisdn/requestToken'), ...phoneTokenRequest });
