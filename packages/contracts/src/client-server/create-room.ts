import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Makes a room, with its first state and invitations. https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom */
export const createRoom = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v3/createRoom',
  aliases: ['/_matrix/client/r0/createRoom'],
  auth: 'accessToken',
  rateLimit: 'room',
  body: Type.Object({
    visibility: Type.Optional(Type.Union([Type.Literal('public'), Type.Literal('private')])),
    room_alias_name: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    topic: Type.Optional(Type.String()),
    invite: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
    invite_3pid: Type.Optional(Type.Array(JsonObject, { maxItems: 1000 })),
    room_version: Type.Optional(Type.String()),
    creation_content: Type.Optional(JsonObject),
    initial_state: Type.Optional(
      Type.Array(Type.Object({ type: Type.String(), state_key: Type.Optional(Type.String()), content: JsonObject }), {
        maxItems: 500,
      }),
    ),
    preset: Type.Optional(
      Type.Union([Type.Literal('private_chat'), Type.Literal('public_chat'), Type.Literal('trusted_private_chat')]),
    ),
    is_direct: Type.Optional(Type.Boolean()),
    power_level_content_override: Type.Optional(JsonObject),
  }),
  bodyOptional: true,
  response: Type.Object({ room_id: Type.String() }),
  errors: [
    'M_UNSUPPORTED_ROOM_VERSION',
    'M_ROOM_IN_USE',
    'M_INVALID_ROOM_STATE',
    'M_INVALID_PARAM',
    'M_FORBIDDEN',
    'M_INVITE_BLOCKED',
    'M_SERVER_NOT_TRUSTED',
  ],
});
