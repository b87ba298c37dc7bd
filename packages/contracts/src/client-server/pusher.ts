import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject, PlainText } from '../schemas.ts';

const Pusher = Type.Object({
  app_id: Type.String(),
  pushkey: Type.String(),
  kind: Type.String(),
  app_display_name: Type.String(),
  device_display_name: Type.String(),
  lang: Type.String(),
  data: JsonObject,
  profile_tag: Type.Optional(Type.String()),
  'org.matrix.msc3881.enabled': Type.Boolean(),
  'org.matrix.msc3881.device_id': Type.Optional(Type.String()),
  activated: Type.Optional(Type.Boolean()),
});

const AppId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]+$' });

/** Where the user's notifications go. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers */
export const getPushers = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/pushers',
  aliases: ['/_matrix/client/r0/pushers'],
  auth: 'accessToken',
  rateLimit: 'read',
  response: Type.Object({ pushers: Type.Array(Pusher) }),
  errors: [],
});

/**
 * Creates or replaces a pusher, or removes it with `kind: null`. Kind `email` writes to the user; kind `webpush` is that of
 * MSC4174 and answers 201 while the pusher waits for its activation. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset
 */
export const postPusher = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/pushers/set',
  aliases: ['/_matrix/client/r0/pushers/set'],
  auth: 'accessToken',
  rateLimit: 'read',
  maxBodyBytes: 32 * 1024,
  body: Type.Object({
    app_id: AppId,
    pushkey: Type.String({ minLength: 1, maxLength: 512, pattern: '^[^\\u0000]+$' }),
    kind: Type.Union([Type.String(), Type.Null()]),
    app_display_name: Type.Optional(PlainText(1024)),
    device_display_name: Type.Optional(PlainText(1024)),
    profile_tag: Type.Optional(PlainText(32)),
    lang: Type.Optional(PlainText(64)),
    data: Type.Optional(JsonObject),
    append: Type.Optional(Type.Boolean()),
    enabled: Type.Optional(Type.Boolean()),
    'org.matrix.msc3881.enabled': Type.Optional(Type.Boolean()),
  }),
  response: Empty,
  errors: ['M_MISSING_PARAM', 'M_INVALID_PARAM', 'M_THREEPID_NOT_FOUND', 'M_UNKNOWN'],
});

/**
 * Returns the token that was sent to a Web Push address, which from then on gets notifications.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4174
 */
export const ackPusher = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/org.matrix.msc4174/pushers/ack',
  aliases: ['/_matrix/client/v3/pushers/ack'],
  auth: 'accessToken',
  rateLimit: 'read',
  body: Type.Object({ app_id: AppId, ack_token: PlainText(255) }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_EXPIRED_ACTIVATION_TOKEN', 'M_UNKNOWN_ACTIVATION_TOKEN'],
});
