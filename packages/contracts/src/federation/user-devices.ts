import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

/** All devices of somebody of this server. https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1userdevicesuserid */
export const getUserDevices = defineEndpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/user/devices/:userId',
  auth: 'serverSignature',
  rateLimit: 'federation',
  params: Type.Object({ userId: Identifier }),
  response: Type.Object({
    user_id: Type.String(),
    stream_id: Type.Integer(),
    devices: Type.Array(
      Type.Object({
        device_id: Type.String(),
        keys: JsonObject,
        device_display_name: Type.Optional(Type.String()),
      }),
    ),
    master_key: Type.Optional(JsonObject),
    self_signing_key: Type.Optional(JsonObject),
  }),
  errors: ['M_UNAUTHORIZED', 'M_FORBIDDEN', 'M_NOT_FOUND', 'M_INVALID_PARAM'],
});
