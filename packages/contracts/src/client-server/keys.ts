import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

const KeysById = Type.Record(Type.String(), Type.Union([Type.String(), JsonObject]));
const KeysByUser = Type.Record(Type.String(), JsonObject);
const Failures = Type.Record(Type.String(), JsonObject);

/** Publishes a device's identity, one-time and fallback keys. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload */
export const uploadKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/keys/upload',
  aliases: ['/_matrix/client/r0/keys/upload'],
  auth: 'accessToken',
  rateLimit: 'keys',
  guests: true,
  whileSuspended: true,
  body: Type.Object({
    device_keys: Type.Optional(
      Type.Object({
        user_id: Type.String(),
        device_id: Type.String(),
        // Required, but their absence is a fault of the key and not of the request.
        algorithms: Type.Optional(Type.Array(Type.String())),
        keys: Type.Optional(Type.Record(Type.String(), Type.String())),
        signatures: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.String()))),
      }),
    ),
    one_time_keys: Type.Optional(KeysById),
    fallback_keys: Type.Optional(KeysById),
  }),
  response: Type.Object({ one_time_key_counts: Type.Record(Type.String(), Type.Integer()) }),
  errors: ['M_INVALID_PARAM', 'M_BAD_JSON', 'M_FORBIDDEN'],
});

/** Identity and cross-signing keys of users. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery */
export const queryKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/keys/query',
  aliases: ['/_matrix/client/r0/keys/query'],
  auth: 'accessToken',
  rateLimit: 'keys',
  guests: true,
  whileSuspended: true,
  body: Type.Object({
    device_keys: Type.Record(Type.String(), Type.Array(Type.String())),
    timeout: Type.Optional(Type.Integer()),
  }),
  response: Type.Object({
    device_keys: Type.Record(Type.String(), KeysByUser),
    failures: Failures,
    master_keys: KeysByUser,
    self_signing_keys: KeysByUser,
    user_signing_keys: KeysByUser,
  }),
  errors: [],
});

/** Takes one key per device, for setting up a session with it. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim */
export const claimKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/keys/claim',
  aliases: ['/_matrix/client/r0/keys/claim'],
  auth: 'accessToken',
  rateLimit: 'keys',
  guests: true,
  whileSuspended: true,
  body: Type.Object({
    one_time_keys: Type.Record(Type.String(), Type.Record(Type.String(), Type.String())),
    timeout: Type.Optional(Type.Integer()),
  }),
  response: Type.Object({ one_time_keys: Type.Record(Type.String(), KeysByUser), failures: Failures }),
  errors: [],
});

/** Whose devices changed between two sync tokens. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges */
export const getKeysChanges = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v3/keys/changes',
  aliases: ['/_matrix/client/r0/keys/changes'],
  auth: 'accessToken',
  rateLimit: 'keys',
  guests: true,
  query: Type.Object({ from: Type.String(), to: Type.String() }),
  response: Type.Object({ changed: Type.Array(Type.String()), left: Type.Array(Type.String()) }),
  errors: ['M_INVALID_PARAM'],
});
