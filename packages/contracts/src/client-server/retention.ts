import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const Bounds = Type.Object({ min: Type.Optional(Type.Integer()), max: Type.Optional(Type.Integer()) });

/** How long the server keeps messages, in milliseconds. MSC1763: https://github.com/matrix-org/matrix-spec-proposals/pull/1763 */
export const getRetentionConfiguration = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/unstable/org.matrix.msc1763/retention/configuration',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({
    /** By room id; `*` for those that say nothing themselves. */
    policies: Type.Record(Type.String(), Type.Object({ max_lifetime: Type.Integer() })),
    limits: Type.Object({ max_lifetime: Bounds }),
  }),
  errors: [],
});
