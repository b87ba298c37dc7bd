import { PeopleEditor, PeopleListing, RateLimitOverrides, UserRedactions } from '../features/administration/index.ts';
import type { Audit } from '../features/audit/index.ts';
import type { Basis } from './basis.ts';
import type { Addresses } from './addresses.ts';
import type { Identity } from './identity.ts';
import type { Rooms } from './rooms.ts';

/** What administrators do to accounts. */
export async function composePeopleAdministration(
  { database, clock, random, serverName, jobs }: Basis,
  { accounts }: Identity,
  { thirdPartyIds }: Addresses,
  { profiles, roomEvents }: Rooms,
  audit: Audit,
) {
  return {
    people: new PeopleListing(database),
    editor: new PeopleEditor({ database, accounts, profiles, thirdPartyIds, audit }),
    rateLimits: await RateLimitOverrides.open({ database, audit }),
    userRedactions: UserRedactions.register({ database, clock, random, serverName, jobs, roomEvents, audit }),
  };
}

export type PeopleAdministration = Awaited<ReturnType<typeof composePeopleAdministration>>;
