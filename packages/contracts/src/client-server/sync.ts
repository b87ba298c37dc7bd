import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** What is new since a token, waiting for it if need be. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync */
export const sync = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/sync',
  aliases: ['/_matrix/client/r0/sync'],
  auth: 'accessToken',
  rateLimit: 'sync',
  guests: true,
  query: Type.Object({
    filter: Type.Optional(Type.String({ maxLength: 65536 })),
    since: Type.Optional(Type.String({ maxLength: 512 })),
    full_state: Type.Optional(Type.Boolean()),
    set_presence: Type.Optional(
      Type.Union([Type.Literal('offline'), Type.Literal('online'), Type.Literal('unavailable')]),
    ),
    timeout: Type.Optional(Type.Integer({ minimum: 0 })),
    use_state_after: Type.Optional(Type.Boolean()),
    'org.matrix.msc4222.use_state_after': Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({ next_batch: Type.String(), rooms: Type.Optional(JsonObject) }),
  errors: ['M_INVALID_PARAM', 'M_NOT_FOUND'],
});
