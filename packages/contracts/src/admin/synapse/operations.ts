import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { JsonObject } from '../../schemas.ts';

/** The ten rooms that take up most of the database, by its own estimate; without files. */
export const listSynapseLargestRooms = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/statistics/database/rooms',
  auth: 'admin',
  rateLimit: 'read',
  response: Type.Object({
    rooms: Type.Array(
      Type.Object({
        room_id: Type.String(),
        /** Bytes. */
        estimated_size: Type.Integer(),
      }),
    ),
  }),
  errors: ['M_FORBIDDEN'],
});

/** Changes of the database that go on while the server runs: there are none, a start completes them. */
export const getSynapseBackgroundUpdates = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/background_updates/status',
  auth: 'admin',
  rateLimit: 'read',
  response: Type.Object({ enabled: Type.Boolean(), current_updates: JsonObject }),
  errors: ['M_FORBIDDEN'],
});
