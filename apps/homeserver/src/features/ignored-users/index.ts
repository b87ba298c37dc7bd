import type { UserId } from '@stafette/protocol';
import type { Notifier } from '../../streams/notifier.ts';

const NOBODY: ReadonlySet<string> = new Set();
const TYPE = 'm.ignored_user_list';

/** Lists kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 50_000;

interface KnownList {
  readonly json: string | undefined;
  readonly ignored: ReadonlySet<string>;
  /** Personal news came: the list may have changed. */
  isStale: boolean;
}

function readList(json: string | undefined): ReadonlySet<string> {
  if (json === undefined) return NOBODY;
  const content: unknown = JSON.parse(json);
  if (typeof content !== 'object' || content === null || !('ignored_users' in content)) return NOBODY;
  const users = content.ignored_users;
  return typeof users === 'object' && users !== null && !Array.isArray(users) ? new Set(Object.keys(users)) : NOBODY;
}

/** Whom users ignore. https://spec.matrix.org/v1.19/client-server-api/#ignoring-users */
export class IgnoredUsers {
  readonly #findAccountData: (userId: UserId, type: string) => Promise<string | undefined>;
  readonly #known = new Map<UserId, KnownList>();

  /** `findAccountData` gives the JSON text of a user's global account data. */
  constructor(notifier: Notifier, findAccountData: (userId: UserId, type: string) => Promise<string | undefined>) {
    this.#findAccountData = findAccountData;
    notifier.onPersonalNews((userId) => {
      const known = this.#known.get(userId);
      if (known !== undefined) known.isStale = true;
    });
  }

  /** The same set for as long as the list stays the same. */
  async of(userId: UserId): Promise<ReadonlySet<string>> {
    const known = this.#known.get(userId);
    if (known !== undefined && !known.isStale) return known.ignored;
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    const fresh: { -readonly [Key in keyof KnownList]: KnownList[Key] } = { json: known?.json, ignored: known?.ignored ?? NOBODY, isStale: false };
    // In place before the read: news that comes during it makes the entry stale again.
    this.#known.set(userId, fresh);
    const json = await this.#findAccountData(userId, TYPE);
    if (known === undefined || known.json !== json) {
      fresh.json = json;
      fresh.ignored = readList(json);
    }
    return fresh.ignored;
  }
}
