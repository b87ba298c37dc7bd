import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

const KeysByUser = Type.Record(Type.String(), JsonObject);

/** Identity and cross-signing keys of users of this server. https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery */
export const queryUserEncryptionKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/federation/v1/user/keys/query',
  auth: 'serverSignature',
  rateLimit: 'federation',
  body: Type.Object({ device_keys: Type.Record(Type.String(), Type.Array(Type.String())) }),
  response: Type.Object({
    device_keys: Type.Record(Type.String(), KeysByUser),
    master_keys: KeysByUser,
    self_signing_keys: KeysByUser,
  }),
  errors: ['M_UNAUTHORIZED', 'M_FORBIDDEN', 'M_INVALID_PARAM', 'M_BAD_JSON'],
});

/** Takes one key per device of users of this server. https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysclaim */
export const claimUserEncryptionKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/federation/v1/user/keys/claim',
  auth: 'serverSignature',
  rateLimit: 'federation',
  body: Type.Object({ one_time_keys: Type.Record(Type.String(), Type.Record(Type.String(), Type.String())) }),
  response: Type.Object({ one_time_keys: Type.Record(Type.String(), KeysByUser) }),
  errors: ['M_UNAUTHORIZED', 'M_FORBIDDEN', 'M_BAD_JSON'],
});
