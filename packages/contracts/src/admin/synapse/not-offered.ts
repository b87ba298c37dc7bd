import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../../schemas.ts';

const params = Type.Object({ userId: Identifier });
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const shadowBan = { ...shared, path: '/_synapse/admin/v1/users/:userId/shadow_ban', params, response: Empty } as const;
const Features = Type.Object({ features: Type.Record(Type.String(), Type.Boolean()) });
const features = { ...shared, path: '/_synapse/admin/v1/experimental_features/:userId', params } as const;

/** Always refused: the server does not let people believe that others hear them. */
export const shadowBanSynapseUser = defineEndpoint({
  method: 'POST',
  ...shadowBan,
  body: JsonObject,
  bodyOptional: true,
});

/** As nobody is, there is nothing to undo. */
export const unbanSynapseUser = defineEndpoint({ method: 'DELETE', ...shadowBan });

/** The features that tools know a switch for, as they are for everybody. */
export const listSynapseFeatures = defineEndpoint({ method: 'GET', ...features, response: Features });

/** Accepts what is so anyway; the server has no features for single people. */
export const changeSynapseFeatures = defineEndpoint({ method: 'PUT', ...features, body: Features, response: Empty });

/** Always refused: accounts do not run out. */
export const renewSynapseAccount = defineEndpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/account_validity/validity',
  ...shared,
  body: Type.Object({
    user_id: Identifier,
    expiration_ts: Type.Optional(Type.Integer()),
    enable_renewal_emails: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({ expiration_ts: Type.Integer() }),
});
