import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Identifier, JsonObject } from '../schemas.ts';

const shared = {
  auth: 'admin',
  rateLimit: 'read',
  params: Type.Object({ userId: Identifier }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
} as const;
const Suspended = Type.Object({ suspended: Type.Boolean() });
const Locked = Type.Object({ locked: Type.Boolean() });
const suspend = { ...shared, path: '/_matrix/client/v1/admin/suspend/:userId', response: Suspended } as const;
const lock = { ...shared, path: '/_matrix/client/v1/admin/lock/:userId', response: Locked } as const;

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminsuspenduserid */
export const getAdminSuspendUser = defineEndpoint({ method: 'GET', ...suspend });
/** A suspended account reads, but does not write. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminsuspenduserid */
export const setAdminSuspendUser = defineEndpoint({ method: 'PUT', ...suspend, body: Suspended });
/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminlockuserid */
export const getAdminLockUser = defineEndpoint({ method: 'GET', ...lock });
/** A locked account does nothing but log out. https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminlockuserid */
export const setAdminLockUser = defineEndpoint({ method: 'PUT', ...lock, body: Locked });

/** Where somebody is logged in: for the person and for administrators. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3adminwhoisuserid */
export const getWhoIs = defineEndpoint({
  method: 'GET',
  ...shared,
  auth: 'accessToken',
  path: '/_matrix/client/v3/admin/whois/:userId',
  aliases: ['/_matrix/client/r0/admin/whois/:userId'],
  response: Type.Object({ user_id: Type.String(), devices: JsonObject }),
});
