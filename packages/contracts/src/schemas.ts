import type { JsonObject as ProtocolJsonObject } from '@stafette/protocol';
import { Type, type TString, type TUnsafe } from 'typebox';

/** Any JSON object; what is inside is the caller's business. */
export const JsonObject: TUnsafe<ProtocolJsonObject> = Type.Unsafe<ProtocolJsonObject>({ type: 'object' });

/** `{}`: the answer of an operation that has nothing to say. */
export const Empty = Type.Object({});

/** Text that travels in a path or a body and names a Matrix thing; the handler parses it with the protocol's grammar. */
export const Identifier = Type.String({ minLength: 1, maxLength: 1024 });

/** A name that a client chose. Without NUL, which no database text can hold. */
export const ShortText = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000]+$' });

/** What a client gets when it has logged in, by whatever way. */
export const OpenedSession = Type.Object({
  user_id: Type.String(),
  access_token: Type.String(),
  device_id: Type.String(),
  /** Deprecated, still read by older clients. */
  home_server: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  expires_in_ms: Type.Optional(Type.Integer()),
});

/** Text that is stored as it is: without NUL, which the database cannot hold. `maxLength` in characters. */
export const PlainText = (maxLength: number): TString => Type.String({ maxLength, pattern: '^[^\\u0000]*$' });

/** What a client gets for an event that waits. MSC4140: https://github.com/matrix-org/matrix-spec-proposals/pull/4140 */
export const Delayed = Type.Object({ delay_id: Type.String() });

/** What a client gets for an event: its id, or that of its delay. */
export const SentOrDelayed = Type.Union([Type.Object({ event_id: Type.String() }), Delayed]);

/** The query of `send` and `state`. With a delay, in milliseconds, the event is sent later. */
export const SendQuery = Type.Object({
  ts: Type.Optional(Type.Integer({ minimum: 0 })),
  'org.matrix.msc4140.delay': Type.Optional(Type.Integer({ minimum: 1 })),
});

/** Text that Synapse's API shows as null where there is none. */
export const NullableText = Type.Union([Type.String(), Type.Null()]);
