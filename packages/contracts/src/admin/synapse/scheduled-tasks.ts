import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { JsonObject, PlainText } from '../../schemas.ts';

/** What takes long and was asked for by administrators in the last week, the newest first; a thousand at most. */
export const listSynapseScheduledTasks = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/scheduled_tasks',
  auth: 'admin',
  rateLimit: 'read',
  query: Type.Object({
    action_name: Type.Optional(Type.String({ maxLength: 255 })),
    /** A room. */
    resource_id: Type.Optional(PlainText(255)),
    status: Type.Optional(Type.Enum(['scheduled', 'active', 'complete', 'cancelled', 'failed'])),
    /** Only those that changed before, in milliseconds since 1970. */
    max_timestamp: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  response: Type.Object({
    scheduled_tasks: Type.Array(
      Type.Object({
        id: Type.String(),
        action: Type.String(),
        status: Type.String(),
        /** Of the last change of the status. */
        timestamp_ms: Type.Integer(),
        resource_id: Type.String(),
        result: Type.Union([JsonObject, Type.Null()]),
        error: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
