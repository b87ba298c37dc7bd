import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject } from '../schemas.ts';

const Pusher = Type.Object({
  app_id: Type.String(),
  pushkey: Type.String(),
  kind: Type.String(),
  app_display_name: Type.String(),
  device_display_name: Type.String(),
  lang: Type.String(),
  data: JsonObject,
  profile_tag: Type.Optional(Type.String()),
});

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

/** Creates or replaces a pusher, or removes it with `kind: null`. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset */
export const postPusher = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/pushers/set',
  aliases: ['/_matrix/client/r0/pushers/set'],
  auth: 'accessToken',
  rateLimit: 'read',
  body: Type.Object({
    app_id: Type.String({ minLength: 1, maxLength: 64 }),
    pushkey: Type.String({ minLength: 1, maxLength: 512 }),
    kind: Type.Union([Type.String(), Type.Null()]),
    app_display_name: Type.Optional(Type.String({ maxLength: 1024 })),
    device_display_name: Type.Optional(Type.String({ maxLength: 1024 })),
    profile_tag: Type.Optional(Type.String({ maxLength: 32 })),
    lang: Type.Optional(Type.String({ maxLength: 64 })),
    data: Type.Optional(JsonObject),
    append: Type.Optional(Type.Boolean()),
  }),
  response: Empty,
  errors: ['M_MISSING_PARAM', 'M_INVALID_PARAM'],
});
