import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier } from '../../schemas.ts';

const params = Type.Object({ userId: Identifier });
const errors = ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] as const;
const shared = { auth: 'admin', rateLimit: 'read', params, errors } as const;
const path = '/_synapse/admin/v1/users/:userId';
/** Nought for both: no limit at all. */
const RateLimit = { messages_per_second: Type.Integer(), burst_count: Type.Integer() };
const Count = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }));

/**
 * A token with which an administrator acts as somebody, without a device: for a day at most, never with an administrator's
 * powers, and on the record. Refused unless the server's configuration allows it.
 */
export const actAsSynapseUser = defineEndpoint({
  method: 'POST',
  path: `${path}/login`,
  ...shared,
  body: Type.Object({
    /** Milliseconds since 1970. */
    valid_until_ms: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
  }),
  bodyOptional: true,
  response: Type.Object({ access_token: Type.String(), valid_until_ms: Type.Integer() }),
});

/** The limits that hold for one person instead of everybody's; nothing when there are none. */
export const findSynapseRateLimit = defineEndpoint({
  method: 'GET',
  path: `${path}/override_ratelimit`,
  ...shared,
  response: Type.Object({
    messages_per_second: Type.Optional(RateLimit.messages_per_second),
    burst_count: Type.Optional(RateLimit.burst_count),
  }),
});

/** Limits one person's messages otherwise than everybody's. Without messages a second, nothing of theirs is limited. */
export const changeSynapseRateLimit = defineEndpoint({
  method: 'POST',
  path: `${path}/override_ratelimit`,
  ...shared,
  body: Type.Object({ messages_per_second: Count, burst_count: Count }),
  bodyOptional: true,
  response: Type.Object(RateLimit),
});

/** Limits one person like everybody. */
export const removeSynapseRateLimit = defineEndpoint({
  method: 'DELETE',
  path: `${path}/override_ratelimit`,
  ...shared,
  response: Empty,
});

/** Lets somebody replace their cross-signing keys once, within ten minutes, without proving again who they are. */
export const allowSynapseKeyReplacement = defineEndpoint({
  method: 'POST',
  path: `${path}/_allow_cross_signing_replacement_without_uia`,
  ...shared,
  body: Empty,
  bodyOptional: true,
  response: Type.Object({ updatable_without_uia_before_ms: Type.Integer() }),
});
