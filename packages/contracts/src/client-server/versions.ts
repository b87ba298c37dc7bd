import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Which versions and unstable features the server speaks. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions */
export const getVersions = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/versions',
  auth: 'optional',
  rateLimit: 'none',
  guests: true,
  whileSuspended: true,
  response: Type.Object({
    versions: Type.Array(Type.String()),
    unstable_features: Type.Record(Type.String(), Type.Boolean()),
  }),
  errors: [],
});
