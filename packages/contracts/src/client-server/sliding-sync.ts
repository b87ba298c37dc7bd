import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Names of lists, connections and tokens: opaque, and short. */
const Opaque = Type.String({ maxLength: 255 });
const Index = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Both ends count. */
const Range = Type.Unsafe<readonly [number, number]>({ type: 'array', items: Index, minItems: 2, maxItems: 2 });
const Names = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100 });
const RoomTypes = Type.Array(Type.Union([Type.String({ maxLength: 255 }), Type.Null()]), { maxItems: 100 });

const filterFields = {
  is_dm: Type.Optional(Type.Boolean()),
  is_encrypted: Type.Optional(Type.Boolean()),
  room_types: Type.Optional(RoomTypes),
  not_room_types: Type.Optional(RoomTypes),
  tags: Type.Optional(Names),
  not_tags: Type.Optional(Names),
  spaces: Type.Optional(Names),
};

/** Which rooms of the request an extension is about; all of them where nothing is said. */
const Scope = Type.Object({
  enabled: Type.Optional(Type.Boolean()),
  lists: Type.Optional(Names),
  rooms: Type.Optional(Names),
});

const Threads = Type.Object({
  enabled: Type.Optional(Type.Boolean()),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** https://github.com/matrix-org/matrix-spec-proposals/pull/4262 */
const Profiles = Type.Object({
  enabled: Type.Optional(Type.Boolean()),
  lists: Type.Optional(Names),
  rooms: Type.Optional(Names),
  /** All when absent. */
  fields: Type.Optional(Names),
});

const Extensions = Type.Object({
  to_device: Type.Optional(
    Type.Object({
      enabled: Type.Optional(Type.Boolean()),
      limit: Type.Optional(Type.Integer({ minimum: 1 })),
      since: Type.Optional(Opaque),
    }),
  ),
  e2ee: Type.Optional(Type.Object({ enabled: Type.Optional(Type.Boolean()) })),
  account_data: Type.Optional(Scope),
  receipts: Type.Optional(Scope),
  typing: Type.Optional(Scope),
  thread_subscriptions: Type.Optional(Threads),
  'io.element.msc4308.thread_subscriptions': Type.Optional(Threads),
  profiles: Type.Optional(Profiles),
  'org.matrix.msc4262.profiles': Type.Optional(Profiles),
});

const SetPresence = Type.Union([Type.Literal('offline'), Type.Literal('online'), Type.Literal('unavailable')]);
const Timeout = Type.Integer({ minimum: 0 });

const PairsConfig = {
  timeline_limit: Index,
  required_state: Type.Optional(
    Type.Array(
      Type.Unsafe<readonly [string, string]>({
        type: 'array',
        items: { type: 'string', maxLength: 255 },
        minItems: 2,
        maxItems: 2,
      }),
      { maxItems: 200 },
    ),
  ),
};

/**
 * Simplified sliding sync as it is deployed: news of the rooms that a client looks at, waiting for them if need be.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4186
 */
export const simplifiedSlidingSync = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync',
  auth: 'accessToken',
  rateLimit: 'sync',
  guests: true,
  // A way of reading, for all that it is a POST.
  whileSuspended: true,
  query: Type.Object({
    pos: Type.Optional(Type.String({ maxLength: 512 })),
    timeout: Type.Optional(Timeout),
    set_presence: Type.Optional(SetPresence),
  }),
  body: Type.Object({
    conn_id: Type.Optional(Opaque),
    txn_id: Type.Optional(Opaque),
    lists: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({
          ...PairsConfig,
          ranges: Type.Optional(Type.Array(Range, { maxItems: 20 })),
          filters: Type.Optional(Type.Object({ ...filterFields, is_invite: Type.Optional(Type.Boolean()) })),
        }),
      ),
    ),
    room_subscriptions: Type.Optional(Type.Record(Type.String(), Type.Object(PairsConfig))),
    extensions: Type.Optional(Extensions),
  }),
  bodyOptional: true,
  response: Type.Object({ pos: Type.String(), rooms: Type.Optional(JsonObject) }),
  errors: ['M_UNKNOWN_POS', 'M_INVALID_PARAM'],
});

const StateElement = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 255 })),
  state_key: Type.Optional(Type.String({ maxLength: 255 })),
});
const StateElements = Type.Array(StateElement, { maxItems: 200 });
const ObjectConfig = {
  timeline_limit: Index,
  required_state: Type.Object({
    include: Type.Optional(StateElements),
    exclude: Type.Optional(StateElements),
    lazy_members: Type.Optional(Type.Boolean()),
  }),
};

/** Sliding sync as it was accepted for the specification. https://github.com/matrix-org/matrix-spec-proposals/pull/4186 */
export const slidingSync = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v4/sync',
  auth: 'accessToken',
  rateLimit: 'sync',
  guests: true,
  // A way of reading, for all that it is a POST.
  whileSuspended: true,
  body: Type.Object({
    conn_id: Type.Optional(Opaque),
    pos: Type.Optional(Type.String({ maxLength: 512 })),
    timeout: Type.Optional(Timeout),
    /** Checked by the handler: an unknown value is M_INVALID_PARAM. */
    set_presence: Type.Optional(Type.String()),
    lists: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({
          ...ObjectConfig,
          range: Type.Optional(Range),
          filters: Type.Optional(Type.Object({ ...filterFields, is_invited: Type.Optional(Type.Boolean()) })),
        }),
      ),
    ),
    room_subscriptions: Type.Optional(Type.Record(Type.String(), Type.Object(ObjectConfig))),
    extensions: Type.Optional(Extensions),
  }),
  bodyOptional: true,
  response: Type.Object({ pos: Type.String(), rooms: Type.Optional(JsonObject) }),
  errors: ['M_UNKNOWN_POS', 'M_INVALID_PARAM'],
});
