import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier, JsonObject, PlainText } from '../../schemas.ts';

const params = Type.Object({ userId: Identifier });
const shared = { auth: 'admin', rateLimit: 'read', errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] } as const;
const Administrator = Type.Object({ admin: Type.Boolean() });

/**
 * Makes an account, or changes what the body names of one: 201 for a new one. Tools send back all that they were shown,
 * so that what is as it was is no change, and members that are not here have no meaning.
 */
export const changeSynapseUser = defineEndpoint({
  method: 'PUT',
  path: '/_synapse/admin/v2/users/:userId',
  ...shared,
  params,
  body: Type.Object({
    password: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    /** With a new password; yes when absent. */
    logout_devices: Type.Optional(Type.Boolean()),
    /** Empty: none. */
    displayname: Type.Optional(Type.Union([PlainText(256), Type.Null()])),
    avatar_url: Type.Optional(Type.Union([PlainText(1000), Type.Null()])),
    /** Takes the place of all addresses. */
    threepids: Type.Optional(
      Type.Array(Type.Object({ medium: Type.String(), address: Type.String({ maxLength: 500 }) }), { maxItems: 100 }),
    ),
    external_ids: Type.Optional(
      Type.Array(Type.Object({ auth_provider: Type.String(), external_id: Type.String() }), { maxItems: 100 }),
    ),
    admin: Type.Optional(Type.Boolean()),
    deactivated: Type.Optional(Type.Boolean()),
    locked: Type.Optional(Type.Boolean()),
    user_type: Type.Optional(Type.Union([Type.Enum(['bot', 'support']), Type.Null()])),
  }),
  response: JsonObject,
  errors: [
    ...shared.errors,
    'M_EXCLUSIVE',
    'M_INVALID_USERNAME',
    'M_THREEPID_IN_USE',
    'M_THREEPID_MEDIUM_NOT_SUPPORTED',
    'M_USER_IN_USE',
    'M_WEAK_PASSWORD',
  ],
});

/** Whether somebody is an administrator of the server. */
export const findSynapseAdministrator = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/users/:userId/admin',
  ...shared,
  params,
  response: Administrator,
});

/** Makes somebody an administrator, or no longer. Not for oneself: there is always one. */
export const changeSynapseAdministrator = defineEndpoint({
  method: 'PUT',
  path: '/_synapse/admin/v1/users/:userId/admin',
  ...shared,
  params,
  body: Administrator,
  response: Empty,
});
