import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { OpenedSession, PlainText } from '../schemas.ts';

const paths = { path: '/_matrix/client/v3/login', aliases: ['/_matrix/client/r0/login'] } as const;

/** How one may log in. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login */
export const getLoginFlows = defineEndpoint({
  method: 'GET',
  ...paths,
  auth: 'none',
  rateLimit: 'read',
  response: Type.Object({
    flows: Type.Array(
      Type.Object({
        type: Type.String(),
        get_login_token: Type.Optional(Type.Boolean()),
        identity_providers: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))),
        oauth_aware_preferred: Type.Optional(Type.Boolean()),
      }),
    ),
  }),
  errors: [],
});

/** Logs in. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login */
export const login = defineEndpoint({
  method: 'POST',
  ...paths,
  auth: 'appserviceOrNone',
  rateLimit: 'login',
  body: Type.Object({
    type: Type.String(),
    identifier: Type.Optional(
      Type.Object({
        type: Type.String(),
        user: Type.Optional(Type.String()),
        medium: Type.Optional(Type.String()),
        address: Type.Optional(Type.String()),
      }),
    ),
    /** These three are deprecated in favour of `identifier`. */
    user: Type.Optional(Type.String()),
    medium: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    token: Type.Optional(Type.String()),
    /** Null is what tools send that have kept no device from an earlier login. */
    device_id: Type.Optional(Type.Union([Type.String({ maxLength: 255 }), Type.Null()])),
    initial_device_display_name: Type.Optional(PlainText(255)),
    refresh_token: Type.Optional(Type.Boolean()),
  }),
  response: OpenedSession,
  errors: ['M_FORBIDDEN', 'M_USER_DEACTIVATED', 'M_USER_LOCKED', 'M_UNKNOWN', 'M_EXCLUSIVE', 'M_UNKNOWN_TOKEN'],
});
