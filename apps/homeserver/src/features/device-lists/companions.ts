import type { UserId } from '@stafette/protocol';

/** What an interval of the events stream changed about the people with whom somebody shares encrypted rooms. */
export interface Companions {
  /** Whether they share an encrypted room at the end of the interval. */
  readonly sharesNow: (userId: UserId) => boolean;
  /** People who came into a shared encrypted room, or whose room the viewer joined, or whose room became encrypted. */
  readonly cameTogether: Iterable<UserId>;
  /** People who left a shared room, or whose room the viewer left. */
  readonly parted: Iterable<UserId>;
}

/**
 * Whose keys the viewer has to fetch again, and whose may be forgotten. Somebody who left and came back within the
 * interval counts as changed: their devices may have changed while nobody told.
 * https://spec.matrix.org/v1.19/client-server-api/#tracking-the-device-list-for-a-user
 */
export function decideDeviceListNews(
  viewer: UserId,
  changedUsers: readonly UserId[],
  companions: Companions,
): { readonly changed: readonly UserId[]; readonly left: readonly UserId[] } {
  const changed = new Set<UserId>();
  for (const userId of changedUsers) if (userId === viewer || companions.sharesNow(userId)) changed.add(userId);
  for (const userId of companions.cameTogether) if (userId !== viewer && companions.sharesNow(userId)) changed.add(userId);
  const left = new Set<UserId>();
  for (const userId of companions.parted) if (userId !== viewer && !companions.sharesNow(userId)) left.add(userId);
  return { changed: [...changed], left: [...left] };
}
