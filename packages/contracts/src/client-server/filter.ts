import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const Texts = Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 10_000 });
const eventFilter = {
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
  types: Type.Optional(Texts),
  not_types: Type.Optional(Texts),
  senders: Type.Optional(Texts),
  not_senders: Type.Optional(Texts),
};
const EventFilter = Type.Object(eventFilter);
const RoomEventFilter = Type.Object({
  ...eventFilter,
  rooms: Type.Optional(Texts),
  not_rooms: Type.Optional(Texts),
  contains_url: Type.Optional(Type.Boolean()),
  lazy_load_members: Type.Optional(Type.Boolean()),
  include_redundant_members: Type.Optional(Type.Boolean()),
  unread_thread_notifications: Type.Optional(Type.Boolean()),
});
const Filter = Type.Object({
  event_fields: Type.Optional(Texts),
  event_format: Type.Optional(Type.Union([Type.Literal('client'), Type.Literal('federation')])),
  presence: Type.Optional(EventFilter),
  account_data: Type.Optional(EventFilter),
  room: Type.Optional(
    Type.Object({
      rooms: Type.Optional(Texts),
      not_rooms: Type.Optional(Texts),
      include_leave: Type.Optional(Type.Boolean()),
      ephemeral: Type.Optional(RoomEventFilter),
      state: Type.Optional(RoomEventFilter),
      timeline: Type.Optional(RoomEventFilter),
      account_data: Type.Optional(RoomEventFilter),
    }),
  ),
});
const shared = { auth: 'accessToken', rateLimit: 'read', guests: true, whileSuspended: true } as const;

/** Stores a filter for later requests. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter */
export const defineFilter = defineEndpoint({
  method: 'POST',
  ...shared,
  path: '/_matrix/client/v3/user/:userId/filter',
  aliases: ['/_matrix/client/r0/user/:userId/filter'],
  params: Type.Object({ userId: Identifier }),
  maxBodyBytes: 64 * 1024,
  body: Filter,
  response: Type.Object({ filter_id: Type.String() }),
  errors: ['M_FORBIDDEN', 'M_BAD_JSON'],
});

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid */
export const getFilter = defineEndpoint({
  method: 'GET',
  ...shared,
  path: '/_matrix/client/v3/user/:userId/filter/:filterId',
  aliases: ['/_matrix/client/r0/user/:userId/filter/:filterId'],
  params: Type.Object({ userId: Identifier, filterId: Type.String({ maxLength: 255 }) }),
  response: JsonObject,
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
});
