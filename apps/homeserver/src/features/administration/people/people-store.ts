import type { UserId } from '@stafette/protocol';
import type { ReadTx } from '../../../database/database.ts';
import { fragment, sql, type SqlFragment } from '../../../database/sql.ts';
import type { UserType } from '../../identity/index.ts';

export interface PersonRow {
  readonly user_id: UserId;
  readonly is_guest: boolean;
  readonly is_admin: boolean;
  readonly user_type: UserType | null;
  readonly is_deactivated: boolean;
  readonly is_erased: boolean;
  readonly is_locked: boolean;
  readonly is_suspended: boolean;
  readonly display_name: string | null;
  readonly avatar_url: string | null;
  readonly created_at: number;
  readonly last_seen_at: number | null;
}

const lastSeen = fragment`(select max(d.last_seen_at) from device d where d.user_id = person.user_id)`;

const ORDERS = {
  name: fragment`person.user_id`,
  is_guest: fragment`person.is_guest`,
  admin: fragment`person.is_admin`,
  user_type: fragment`person.user_type`,
  deactivated: fragment`person.is_deactivated`,
  // Nobody is.
  shadow_banned: fragment`person.user_id`,
  displayname: fragment`person.display_name`,
  avatar_url: fragment`person.avatar_url`,
  creation_ts: fragment`person.created_at`,
  last_seen_ts: lastSeen,
  locked: fragment`person.is_locked`,
  suspended: fragment`person.is_suspended`,
  erased: fragment`person.is_erased`,
} as const satisfies Readonly<Record<string, SqlFragment>>;

export type PersonOrder = keyof typeof ORDERS;

/** Whom a list is about. Undefined: it does not matter. */
export interface PersonQuery {
  /** Part of the user id. */
  readonly userId?: string | undefined;
  /** Part of the localpart, of the login name or of the display name, folded as these are. */
  readonly name?: string | undefined;
  readonly isGuest?: boolean | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isDeactivated?: boolean | undefined;
  readonly isLocked?: boolean | undefined;
  /** The empty text stands for ordinary people. */
  readonly excludedTypes: readonly string[];
  readonly order: PersonOrder;
  readonly isReversed: boolean;
  readonly offset: number;
  readonly limit: number;
}

const matches = (wanted: boolean | undefined, claim: SqlFragment): SqlFragment =>
  fragment`(${wanted ?? null}::boolean is null or ${claim} = ${wanted ?? null}::boolean)`;

/** Everybody who has an account and is not the server itself. */
const people = (query: PersonQuery): SqlFragment => fragment`
  select a.user_id, a.kind = 'guest' as is_guest, a.is_admin, a.user_type, a.deactivated_at is not null as is_deactivated,
    a.erased_at is not null as is_erased, a.locked_at is not null as is_locked, a.suspended_at is not null as is_suspended,
    p.display_name, p.avatar_url, a.created_at
  from account a left join profile p on p.user_id = a.user_id
  where a.kind <> 'server'
    and ${matches(query.isGuest, fragment`(a.kind = 'guest')`)}
    and ${matches(query.isAdmin, fragment`a.is_admin`)}
    and ${matches(query.isDeactivated, fragment`(a.deactivated_at is not null)`)}
    and ${matches(query.isLocked, fragment`(a.locked_at is not null)`)}
    and coalesce(a.user_type, '') <> all(${query.excludedTypes}::text[])
    and (${query.userId ?? null}::text is null or position(lower(${query.userId ?? null}::text) in a.user_id) > 0)
    and (${query.name ?? null}::text is null or position(${query.name ?? null}::text
      in concat_ws(chr(10), split_part(substr(a.user_id, 2), ':', 1), a.login_name, p.search_text)) > 0)`;

/** A page of people, and how many there are. User ids break ties, so that pages neither repeat nor miss anybody. */
export async function listPeople(
  tx: ReadTx,
  query: PersonQuery,
): Promise<{ readonly people: readonly PersonRow[]; readonly total: number }> {
  const { offset, limit } = query;
  const direction = query.isReversed ? fragment`desc` : fragment`asc`;
  const order = fragment`${ORDERS[query.order]} ${direction}, person.user_id`;
  // A search looks at everybody, once; anything else is counted by itself, and its page comes from an index.
  const isSearch = query.name !== undefined || query.userId !== undefined;
  const once = isSearch ? fragment`materialized` : fragment`not materialized`;
  // When everybody was last seen is found by one look at all devices, not by one at each person's.
  const ordered =
    query.order === 'last_seen_ts' && !isSearch
      ? fragment`select person.* from wanted as person left join
          (select d.user_id, max(d.last_seen_at) as last_seen_at from device d group by d.user_id) seen using (user_id)
          order by seen.last_seen_at ${direction}, person.user_id`
      : fragment`select * from wanted as person order by ${order}`;
  const rows = await tx.query<{ readonly total: number } & (PersonRow | { readonly user_id: null })>(sql`
    with wanted as ${once} (${people(query)}), page as (${ordered} offset ${offset} limit ${limit})
    select counted.total, person.*, ${lastSeen} as last_seen_at
    from (select count(*) as total from wanted) counted left join page as person on true order by ${order}`);
  return { people: rows.filter((row) => row.user_id !== null), total: rows[0]?.total ?? 0 };
}
