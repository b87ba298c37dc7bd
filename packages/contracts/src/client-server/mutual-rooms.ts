import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const Token = Type.Optional(Type.String({ maxLength: 512 }));

/** The rooms that the requester shares with somebody. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms */
export const getMutualRooms = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/mutual_rooms',
  aliases: ['/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms'],
  auth: 'accessToken',
  rateLimit: 'read',
  query: Type.Object({
    user_id: Type.String(),
    from: Token,
    // The name of `from` under the unstable path.
    batch_token: Token,
  }),
  response: Type.Object({
    joined: Type.Array(Type.String()),
    count: Type.Integer(),
    next_batch: Type.Optional(Type.String()),
    // The name of `next_batch` under the unstable path.
    next_batch_token: Type.Optional(Type.String()),
  }),
  errors: ['M_INVALID_PARAM'],
});
