import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

/** Lists a room among those of a network that a service bridges, or no longer. https://spec.matrix.org/v1.19/application-service-api/#put_matrixclientv3directorylistappservicenetworkidroomid */
export const updateAppserviceRoomDirectoryVisibility = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/client/v3/directory/list/appservice/:networkId/:roomId',
  aliases: ['/_matrix/client/r0/directory/list/appservice/:networkId/:roomId'],
  auth: 'appservice',
  rateLimit: 'room',
  params: Type.Object({
    networkId: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000]+$' }),
    roomId: Identifier,
  }),
  body: Type.Object({ visibility: Type.Union([Type.Literal('public'), Type.Literal('private')]) }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_FORBIDDEN', 'M_INVALID_PARAM'],
});
