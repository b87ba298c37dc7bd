import { invalidParam } from '@stafette/contracts';
import { parseUserId, type UserId } from '@stafette/protocol';

/** Members of an object by the users they are named after; throws M_INVALID_PARAM when one is none. */
export function readUsers<T>(byUser: Readonly<Record<string, T>>): ReadonlyMap<UserId, T> {
  return new Map(
    Object.entries(byUser).map(([text, value]) => {
      const userId = parseUserId(text);
      if (userId === undefined) throw invalidParam('A member is not named after a user');
      return [userId, value];
    }),
  );
}

/** The same members, of those for whom `isWanted` holds. */
export const onlyUsers = <T>(
  byUser: ReadonlyMap<UserId, T>,
  isWanted: (userId: UserId) => boolean,
): ReadonlyMap<UserId, T> => new Map([...byUser].filter(([userId]) => isWanted(userId)));
