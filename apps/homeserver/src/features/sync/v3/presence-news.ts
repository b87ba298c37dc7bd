import type { Presence } from '../../presence/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { EventFilter } from './filter.ts';
import type { SyncRequest } from './sync-request.ts';

const TYPE = 'm.presence';

/** Whether a client asks for presence at all: many filters leave it out. */
export const wantsPresence = ({ presence }: SyncRequest['filter']): boolean =>
  presence.matchesType(TYPE) && presence.limit !== 0;

const isShown = (filter: EventFilter, sender: string): boolean =>
  filter.matches({ type: TYPE, sender, hasUrl: () => false });

export interface PresenceNews {
  /** As JSON texts of events. */
  readonly people: readonly string[];
  /** Something of it is not the asking device's own doing: it would otherwise be woken by itself. */
  readonly isNews: boolean;
}

const NOBODY: PresenceNews = { people: [], isNews: false };

/**
 * How people appear who share a room with the reader: all who are there for a new client, otherwise those who appear
 * otherwise than at the token, and those whom the reader did not share a room with then.
 */
export async function readPresence(
  presence: Presence | undefined,
  { userId, deviceId, since, filter }: SyncRequest,
  active: ActiveUser,
  ignored: ReadonlySet<string>,
): Promise<PresenceNews> {
  if (presence === undefined || !wantsPresence(filter)) return NOBODY;
  const hasNewCompanions = active.mayHaveNewCompanions(since);
  if (since !== undefined && !hasNewCompanions && !active.hasPresenceNews(since)) return NOBODY;
  const seen =
    since === undefined
      ? await presence.listPresent({ userId, deviceId })
      : await presence.listChanged(
          { userId, deviceId },
          {
            presence: since.presence,
            rooms: active.presence.since(since.presence),
            events: hasNewCompanions ? since.events : undefined,
          },
        );
  const shown = seen.filter((person) => !ignored.has(person.userId) && isShown(filter.presence, person.userId));
  // Of more than the client wants, those who changed last.
  const latest = shown.slice(-(filter.presence.limit ?? shown.length));
  return {
    people: latest.map(({ userId: sender, content }) => JSON.stringify({ type: TYPE, sender, content })),
    isNews: latest.some(({ isOwnDoing }) => isOwnDoing !== true),
  };
}
