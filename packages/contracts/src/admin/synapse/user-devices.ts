import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier, JsonObject, PlainText } from '../../schemas.ts';

const all = '/_synapse/admin/v2/users/:userId/devices';
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const one = {
  ...shared,
  path: `${all}/:deviceId`,
  params: Type.Object({ userId: Identifier, deviceId: Type.String({ maxLength: 255 }) }),
} as const;

/** Makes a device on which nobody is logged in; one that is there stays as it is. */
export const addSynapseDevice = defineEndpoint({
  method: 'POST',
  path: all,
  ...shared,
  params: Type.Object({ userId: Identifier }),
  body: Type.Object({ device_id: Type.String({ maxLength: 255 }) }),
  response: Empty,
});

/** One device. */
export const getSynapseDevice = defineEndpoint({ method: 'GET', ...one, response: JsonObject });

/** Names a device. */
export const renameSynapseDevice = defineEndpoint({
  method: 'PUT',
  ...one,
  body: Type.Object({ display_name: Type.Optional(PlainText(255)) }),
  response: Empty,
});

/** Logs somebody out on one device. */
export const removeSynapseDevice = defineEndpoint({ method: 'DELETE', ...one, response: Empty });
