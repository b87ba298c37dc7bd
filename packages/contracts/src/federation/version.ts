import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Name and version of this implementation. https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1version */
export const getVersion = defineEndpoint({
  method: 'GET',
  path: '/_matrix/federation/v1/version',
  auth: 'none',
  rateLimit: 'read',
  response: Type.Object({ server: Type.Object({ name: Type.String(), version: Type.String() }) }),
  errors: ['M_UNRECOGNIZED'],
});
