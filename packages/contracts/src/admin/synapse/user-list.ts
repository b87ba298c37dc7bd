import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { NullableText, PlainText } from '../../schemas.ts';
import { pageQuery } from './pages.ts';

/** Part of a name. Tools send an empty one where they look for nobody in particular. */
const SearchText = PlainText(255);

const ListedUser = Type.Object({
  name: Type.String(),
  is_guest: Type.Boolean(),
  admin: Type.Boolean(),
  user_type: NullableText,
  deactivated: Type.Boolean(),
  erased: Type.Boolean(),
  shadow_banned: Type.Boolean(),
  displayname: NullableText,
  avatar_url: NullableText,
  /** Milliseconds since 1970, as the next one. */
  creation_ts: Type.Integer(),
  last_seen_ts: Type.Union([Type.Integer(), Type.Null()]),
  locked: Type.Boolean(),
  suspended: Type.Boolean(),
});

const list = {
  method: 'GET',
  auth: 'admin',
  rateLimit: 'read',
  query: Type.Object({
    ...pageQuery(1000),
    /** Part of the user id; without meaning beside `name`. */
    user_id: Type.Optional(SearchText),
    /** Part of the localpart, the login name or the display name. */
    name: Type.Optional(SearchText),
    guests: Type.Optional(Type.Boolean()),
    deactivated: Type.Optional(Type.Boolean()),
    locked: Type.Optional(Type.Boolean()),
    /** Administrators alone, or everybody else; both when absent. */
    admins: Type.Optional(Type.Boolean()),
    /** Kinds of accounts to leave out; the empty one is that of ordinary people. */
    not_user_type: Type.Optional(Type.Array(Type.Enum(['', 'bot', 'support']), { maxItems: 10 })),
    order_by: Type.Optional(
      Type.Enum([
        'name',
        'is_guest',
        'admin',
        'user_type',
        'deactivated',
        'shadow_banned',
        'displayname',
        'avatar_url',
        'creation_ts',
        'last_seen_ts',
        'locked',
        'suspended',
        'erased',
      ]),
    ),
  }),
  response: Type.Object({
    users: Type.Array(ListedUser),
    total: Type.Integer(),
    next_token: Type.Optional(Type.String()),
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
} as const;

/** Everybody with an account, in pages. Ended and locked accounts are in it when asked for. */
export const listSynapseUsers = defineEndpoint({ ...list, path: '/_synapse/admin/v2/users' });

/** The same; `deactivated` chooses between ended accounts and the others, and both are in it without. */
export const listSynapseUsersV3 = defineEndpoint({ ...list, path: '/_synapse/admin/v3/users' });
