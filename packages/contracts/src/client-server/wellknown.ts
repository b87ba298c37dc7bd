import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

const shared = { method: 'GET', auth: 'none', rateLimit: 'none', errors: ['M_NOT_FOUND'] } as const;

/** Where clients find the server of a name. https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient */
export const getWellknown = defineEndpoint({ ...shared, path: '/.well-known/matrix/client', response: JsonObject });

/** Whom to ask for help. https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport */
export const getWellknownSupport = defineEndpoint({
  ...shared,
  path: '/.well-known/matrix/support',
  response: Type.Object({
    contacts: Type.Optional(Type.Array(JsonObject)),
    support_page: Type.Optional(Type.String()),
  }),
});

/** The keys of the policy server under this name. https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixpolicy_server */
export const getWellknownPolicy = defineEndpoint({
  ...shared,
  path: '/.well-known/matrix/policy_server',
  response: Type.Object({ public_keys: Type.Object({ ed25519: Type.String() }) }),
});

/** Where other servers find this one. https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver */
export const getServerWellKnown = defineEndpoint({
  ...shared,
  path: '/.well-known/matrix/server',
  response: Type.Object({ 'm.server': Type.String() }),
});
