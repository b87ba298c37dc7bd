import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier } from '../../schemas.ts';

const shared = { method: 'GET', auth: 'admin', rateLimit: 'read' } as const;
const found = { response: Type.Object({ user_id: Type.String() }), errors: ['M_FORBIDDEN', 'M_NOT_FOUND'] } as const;

/** Whether a name is free, also where nobody may register. */
export const checkSynapseUsername = defineEndpoint({
  ...shared,
  path: '/_synapse/admin/v1/username_available',
  query: Type.Object({ username: Type.String({ maxLength: 255 }) }),
  response: Type.Object({ available: Type.Boolean() }),
  errors: ['M_FORBIDDEN', 'M_USER_IN_USE', 'M_INVALID_USERNAME', 'M_EXCLUSIVE'],
});

/** Whose mail address this is. */
export const findSynapseUserByAddress = defineEndpoint({
  ...shared,
  ...found,
  path: '/_synapse/admin/v1/threepid/:medium/users/:address',
  params: Type.Object({ medium: Identifier, address: Identifier }),
});

/** Whom another provider of identities knows under an id. There is none, so that nobody is found. */
export const findSynapseUserByProvider = defineEndpoint({
  ...shared,
  ...found,
  path: '/_synapse/admin/v1/auth_providers/:provider/users/:externalId',
  params: Type.Object({ provider: Identifier, externalId: Identifier }),
});
