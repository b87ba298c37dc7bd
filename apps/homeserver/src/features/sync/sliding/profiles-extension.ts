import type { JsonObject, UserId } from '@stafette/protocol';
import type { ProfileStream } from '../../../streams/sync-stream.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { AnsweredRooms } from './answer-rooms.ts';
import type { Progress } from './connections.ts';
import type { SlidingRequest } from './sliding-request.ts';
import type { ToldProfiles } from './told-profiles.ts';

/** People whose profiles a connection is known to have, before all are forgotten and told again as needed. */
const MAX_TOLD = 10_000;

interface ProfilesAnswer {
  /** Undefined when there is nothing to tell. */
  readonly json: string | undefined;
  readonly told: ToldProfiles | undefined;
}

/**
 * Profiles of the people whom a client sees: all that is asked for of those whom a told room names for the first time, then
 * what changes of everybody who shares a room. https://github.com/matrix-org/matrix-spec-proposals/pull/4262
 */
export class ProfilesExtension {
  readonly #profiles: ProfileStream;

  constructor(profiles: ProfileStream) {
    this.#profiles = profiles;
  }

  async tell(
    { userId, profiles: asked }: SlidingRequest,
    progress: Progress | undefined,
    active: ActiveUser,
    rooms: AnsweredRooms,
    to: SyncPositions,
  ): Promise<ProfilesAnswer> {
    const before = progress?.profiles;
    if (asked === undefined) return { json: undefined, told: before };
    const fields = asked.fields === undefined ? '*' : [...asked.fields].sort().join(' ');
    const known = before?.fields === fields ? before.users : new Set<UserId>();
    const fresh = new Set(before === undefined ? [userId] : [...before.users].filter((user) => !known.has(user)));
    for (const [roomId, { people }] of rooms.parts) {
      if (!rooms.windows.isInScope('profiles', roomId)) continue;
      // Who sends events and is a member has a user id.
      for (const user of people) if (!known.has(user as UserId)) fresh.add(user as UserId);
    }
    const { changed, left } = await this.#changes(userId, progress, active, to);
    const current = await this.#profiles.read([...new Set([...fresh, ...changed.keys()])]);
    const users: Record<string, JsonObject | null> = {};
    for (const user of new Set([...fresh, ...changed.keys()])) {
      const isAsked = (field: string): boolean => asked.fields?.has(field) !== false;
      const profile = current.get(user) ?? {};
      const news = (changed.get(user) ?? []).filter(isAsked);
      const names = fresh.has(user)
        ? Object.keys(profile).filter(isAsked)
        : news.filter((name) => Object.hasOwn(profile, name));
      const removed = news.filter((name) => !Object.hasOwn(profile, name));
      if (names.length + removed.length === 0) continue;
      users[user] = {
        ...(names.length === 0
          ? {}
          : { updated: Object.fromEntries(names.map((name) => [name, profile[name] ?? null])) }),
        ...(removed.length === 0 ? {} : { removed }),
      };
    }
    const had = before?.users ?? NOBODY;
    for (const user of left) if (had.has(user)) users[user] = null;
    const all = new Set([...known, ...fresh].filter((user) => !left.has(user)));
    return {
      json: Object.keys(users).length === 0 ? undefined : JSON.stringify({ users }),
      told: { fields, users: all.size > MAX_TOLD ? fresh : all, upTo: to.profiles },
    };
  }

  async #changes(
    userId: UserId,
    progress: Progress | undefined,
    active: ActiveUser,
    to: SyncPositions,
  ): ReturnType<ProfileStream['changes']> {
    if (progress?.profiles === undefined) return { changed: new Map(), left: NOBODY };
    const { positions, profiles } = progress;
    const eventsFrom = active.mayHaveNewCompanions(positions) ? positions.events : undefined;
    if (profiles.upTo >= to.profiles && eventsFrom === undefined) return { changed: new Map(), left: NOBODY };
    return this.#profiles.changes(userId, { profiles: { from: profiles.upTo, to: to.profiles }, eventsFrom });
  }
}

const NOBODY: ReadonlySet<UserId> = new Set();
