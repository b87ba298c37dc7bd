import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Csrf, page } from './page.ts';

const Parameter = Type.Optional(Type.String({ maxLength: 2048 }));
const UserCode = Type.String({ maxLength: 64 });
const shared = { ...page, path: '/_stafette/link' } as const;

/** Begins the log-in of a device whose browser is another one. https://spec.matrix.org/v1.19/client-server-api/#device-authorization-flow */
export const authorizeDevice = defineEndpoint({
  method: 'POST',
  path: '/_stafette/oauth/device',
  auth: 'none',
  rateLimit: 'login',
  answersAs: 'oauth',
  form: true,
  body: Type.Object({ client_id: Parameter, scope: Parameter }),
  response: Type.Unknown(),
  errors: ['M_UNRECOGNIZED'],
});

/** Asks for the code that the device shows, or with it, whether the device may be logged in. RFC 8628 section 3.3 */
export const showLink = defineEndpoint({
  ...shared,
  method: 'GET',
  rateLimit: 'login',
  query: Type.Object({ user_code: Type.Optional(UserCode) }),
});

/** What the person decided about the device. */
export const decideLink = defineEndpoint({
  ...shared,
  method: 'POST',
  rateLimit: 'login',
  form: true,
  body: Type.Object({
    csrf: Csrf,
    user_code: UserCode,
    decision: Type.Enum(['allow', 'deny']),
    /** Ticked by hand: the person began this log-in. */
    began_it: Type.Optional(Type.String({ maxLength: 8 })),
  }),
});
