import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { People } from '../people.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 50;
/** A shorter term would list the agency, not find somebody. */
const MIN_CHARACTERS = 2;

export const searchUserDirectory =
  (directory: People): Handler<typeof clientServer.searchUserDirectory> =>
  async ({ body, requester }) => {
    const term = body.search_term.trim();
    const limit = Math.min(body.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    if (term.length < MIN_CHARACTERS || term.includes('\0') || limit === 0) return { limited: false, results: [] };
    const { people, isLimited } = await directory.find(requester.userId, term, limit);
    return {
      limited: isLimited,
      results: people.map(({ user_id, display_name, avatar_url }) => ({
        user_id,
        ...(display_name === null ? {} : { display_name }),
        ...(avatar_url === null ? {} : { avatar_url }),
      })),
    };
  };
