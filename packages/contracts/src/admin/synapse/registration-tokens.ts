import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty } from '../../schemas.ts';

const all = '/_synapse/admin/v1/registration_tokens';
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const one = {
  ...shared,
  path: `${all}/:token`,
  params: Type.Object({ token: Type.String({ minLength: 1, maxLength: 255 }) }),
} as const;
const NullableInteger = Type.Union([Type.Integer(), Type.Null()]);
/** Null: as often as one likes. */
const Uses = Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), Type.Null()]));
/** Milliseconds since 1970; null: for ever. */
const Expiry = Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]));

const RegistrationToken = Type.Object({
  /** The token itself when it is made, and its handle from then on. */
  token: Type.String(),
  uses_allowed: NullableInteger,
  /** Always 0: a use is counted when the account is made, and nothing is reserved before. */
  pending: Type.Integer(),
  completed: Type.Integer(),
  expiry_time: NullableInteger,
});

/** Tokens with which people register, by their handles: the tokens are not kept. */
export const listSynapseRegistrationTokens = defineEndpoint({
  method: 'GET',
  path: all,
  ...shared,
  query: Type.Object({ valid: Type.Optional(Type.Boolean()) }),
  response: Type.Object({ registration_tokens: Type.Array(RegistrationToken) }),
});

/** Makes a token. The answer is the only place where it is ever shown. */
export const createSynapseRegistrationToken = defineEndpoint({
  method: 'POST',
  path: `${all}/new`,
  ...shared,
  rateLimit: 'invite',
  body: Type.Object({
    token: Type.Optional(Type.String({ maxLength: 64 })),
    /** Characters of one that is drawn. */
    length: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 64 }), Type.Null()])),
    uses_allowed: Uses,
    expiry_time: Expiry,
  }),
  bodyOptional: true,
  response: RegistrationToken,
});

/** One token, by itself or by its handle. */
export const getSynapseRegistrationToken = defineEndpoint({ method: 'GET', ...one, response: RegistrationToken });

/** Changes how often or how long a token holds. */
export const updateSynapseRegistrationToken = defineEndpoint({
  method: 'PUT',
  ...one,
  body: Type.Object({ uses_allowed: Uses, expiry_time: Expiry }),
  response: RegistrationToken,
});

/** Lets nobody in with a token any more. */
export const removeSynapseRegistrationToken = defineEndpoint({ method: 'DELETE', ...one, response: Empty });
