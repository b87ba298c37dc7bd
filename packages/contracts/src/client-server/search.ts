import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject, PlainText } from '../schemas.ts';

const Limit = Type.Optional(Type.Integer({ minimum: 0 }));

/** Finds words in messages, room names and topics. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search */
export const search = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/search',
  aliases: ['/_matrix/client/r0/search'],
  auth: 'accessToken',
  rateLimit: 'search',
  whileSuspended: true,
  query: Type.Object({ next_batch: Type.Optional(Type.String({ maxLength: 1024 })) }),
  body: Type.Object({
    search_categories: Type.Object({
      room_events: Type.Optional(
        Type.Object({
          search_term: PlainText(512),
          keys: Type.Optional(
            Type.Array(
              Type.Union([Type.Literal('content.body'), Type.Literal('content.name'), Type.Literal('content.topic')]),
              { maxItems: 3 },
            ),
          ),
          filter: Type.Optional(JsonObject),
          order_by: Type.Optional(Type.Union([Type.Literal('recent'), Type.Literal('rank')])),
          event_context: Type.Optional(
            Type.Object({
              before_limit: Limit,
              after_limit: Limit,
              include_profile: Type.Optional(Type.Boolean()),
            }),
          ),
          include_state: Type.Optional(Type.Boolean()),
          groupings: Type.Optional(
            Type.Object({
              group_by: Type.Optional(
                Type.Array(Type.Object({ key: Type.Union([Type.Literal('room_id'), Type.Literal('sender')]) }), {
                  maxItems: 2,
                }),
              ),
            }),
          ),
        }),
      ),
    }),
  }),
  response: Type.Object({ search_categories: JsonObject }),
  errors: ['M_INVALID_PARAM', 'M_FORBIDDEN'],
});
