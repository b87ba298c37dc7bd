import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier } from '../../schemas.ts';

const shared = {
  auth: 'admin',
  rateLimit: 'media',
  params: Type.Object({ serverName: Identifier, mediaId: Identifier }),
  errors: ['M_FORBIDDEN', 'M_NOT_FOUND'],
} as const;

/** Keeps a file from everybody, without removing it. */
export const quarantineSynapseMedia = defineEndpoint({
  method: 'POST',
  ...shared,
  path: '/_synapse/admin/v1/media/quarantine/:serverName/:mediaId',
  bodyOptional: true,
  body: Empty,
  response: Empty,
});

/** Hands a file out again. */
export const unquarantineSynapseMedia = defineEndpoint({
  method: 'POST',
  ...shared,
  path: '/_synapse/admin/v1/media/unquarantine/:serverName/:mediaId',
  bodyOptional: true,
  body: Empty,
  response: Empty,
});

/** Removes a file for good. */
export const removeSynapseMedia = defineEndpoint({
  method: 'DELETE',
  ...shared,
  path: '/_synapse/admin/v1/media/:serverName/:mediaId',
  response: Type.Object({ deleted_media: Type.Array(Type.String()), total: Type.Integer() }),
});
