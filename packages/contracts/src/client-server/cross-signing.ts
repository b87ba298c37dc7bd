import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject } from '../schemas.ts';

const CrossSigningKey = Type.Object({
  user_id: Type.String(),
  usage: Type.Array(Type.String()),
  keys: Type.Record(Type.String(), Type.String()),
  signatures: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.String()))),
});

/** Publishes cross-signing keys; replacing them asks for the password again. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload */
export const uploadCrossSigningKeys = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/keys/device_signing/upload',
  aliases: ['/_matrix/client/unstable/keys/device_signing/upload'],
  auth: 'accessToken',
  rateLimit: 'keys',
  whileSuspended: true,
  body: Type.Object({
    master_key: Type.Optional(CrossSigningKey),
    self_signing_key: Type.Optional(CrossSigningKey),
    user_signing_key: Type.Optional(CrossSigningKey),
    auth: Type.Optional(JsonObject),
  }),
  response: Empty,
  errors: ['M_INVALID_PARAM', 'M_MISSING_PARAM', 'M_INVALID_SIGNATURE', 'M_FORBIDDEN'],
});

/** Publishes signatures of devices and users that this account vouches for. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload */
export const uploadCrossSigningSignatures = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/keys/signatures/upload',
  aliases: ['/_matrix/client/unstable/keys/signatures/upload'],
  auth: 'accessToken',
  rateLimit: 'keys',
  whileSuspended: true,
  body: Type.Record(Type.String(), Type.Record(Type.String(), JsonObject)),
  response: Type.Object({ failures: Type.Record(Type.String(), Type.Record(Type.String(), JsonObject)) }),
  errors: [],
});
