import type { admin, QueryOf } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import { foldName } from '../../../profiles/index.ts';
import type { PeopleListing } from '../people-listing.ts';
import type { PersonQuery, PersonRow } from '../people-store.ts';

export interface UserListDependencies {
  readonly people: PeopleListing;
}

const DEFAULT_LIMIT = 100;

const personJson = (row: PersonRow) => ({
  name: row.user_id,
  is_guest: row.is_guest,
  admin: row.is_admin,
  user_type: row.user_type,
  deactivated: row.is_deactivated,
  erased: row.is_erased,
  shadow_banned: false,
  displayname: row.display_name,
  avatar_url: row.avatar_url,
  creation_ts: row.created_at,
  last_seen_ts: row.last_seen_at,
  locked: row.is_locked,
  suspended: row.is_suspended,
});

/** `true` adds them to the others; otherwise they are left out. */
const included = (wanted: boolean | undefined): false | undefined => (wanted === true ? undefined : false);

async function list(
  { people }: UserListDependencies,
  query: QueryOf<typeof admin.listSynapseUsers>,
  isDeactivated: PersonQuery['isDeactivated'],
) {
  const offset = query.from ?? 0;
  const name = query.name === undefined || query.name === '' ? undefined : foldName(query.name);
  const page = await people.list({
    // `name` looks into localparts too.
    userId: name === undefined ? query.user_id : undefined,
    name,
    isGuest: included(query.guests ?? true),
    isAdmin: query.admins,
    isDeactivated,
    isLocked: included(query.locked),
    excludedTypes: query.not_user_type ?? [],
    order: query.order_by ?? 'name',
    isReversed: query.dir === 'b',
    offset,
    limit: query.limit ?? DEFAULT_LIMIT,
  });
  const end = offset + page.people.length;
  return {
    users: page.people.map(personJson),
    total: page.total,
    ...(page.people.length > 0 && end < page.total ? { next_token: String(end) } : {}),
  };
}

export const listSynapseUsers =
  (dependencies: UserListDependencies): Handler<typeof admin.listSynapseUsers> =>
  async ({ query }) =>
    list(dependencies, query, included(query.deactivated));

export const listSynapseUsersV3 =
  (dependencies: UserListDependencies): Handler<typeof admin.listSynapseUsersV3> =>
  async ({ query }) =>
    list(dependencies, query, query.deactivated);
