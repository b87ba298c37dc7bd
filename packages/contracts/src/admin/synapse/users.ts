import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../../schemas.ts';

const params = Type.Object({ userId: Identifier });
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;

/** What tools ask first. Not part of Matrix, like everything below `/_synapse/admin`. */
export const getSynapseServerVersion = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/server_version',
  auth: 'admin',
  rateLimit: 'read',
  response: Type.Object({ server_version: Type.String() }),
  errors: ['M_FORBIDDEN'],
});

/** Everything that an administrator sees of an account. */
export const getSynapseUser = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v2/users/:userId',
  ...shared,
  params,
  response: JsonObject,
});

/** Where somebody is logged in. */
export const listSynapseDevices = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v2/users/:userId/devices',
  ...shared,
  params,
  response: Type.Object({ devices: Type.Array(JsonObject), total: Type.Integer() }),
});

/** Logs somebody out on some devices. */
export const removeSynapseDevices = defineEndpoint({
  method: 'POST',
  path: '/_synapse/admin/v2/users/:userId/delete_devices',
  ...shared,
  params,
  body: Type.Object({ devices: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000 }) }),
  response: Empty,
});

/**
 * Ends an account for good. Its profile, addresses, devices and data go in any case, and what its person wrote stays; with `erase`
 * it is shown emptied to those who were not in the room when it was sent.
 */
export const deactivateSynapseUser = defineEndpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/deactivate/:userId',
  ...shared,
  params,
  body: Type.Object({ erase: Type.Optional(Type.Boolean()) }),
  bodyOptional: true,
  response: Type.Object({ id_server_unbind_result: Type.Literal('success') }),
});

/** Gives somebody a new password, and logs them out unless told not to. */
export const resetSynapsePassword = defineEndpoint({
  method: 'POST',
  path: '/_synapse/admin/v1/reset_password/:userId',
  ...shared,
  params,
  body: Type.Object({ new_password: Type.String(), logout_devices: Type.Optional(Type.Boolean()) }),
  response: Empty,
  errors: [...shared.errors, 'M_WEAK_PASSWORD'],
});
