import type { JsonObject, UserId } from '@stafette/protocol';

const NOBODY: ReadonlySet<string> = new Set();
const TYPE = 'm.ignored_user_list';

/** Lists kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 50_000;

/** The account data that the lists are kept in. */
interface ListSource {
  find(userId: UserId, roomId: undefined, type: string): Promise<JsonObject | undefined>;
  /** Contents of those users who have such an entry. */
  findOfUsers(userIds: readonly UserId[], type: string): Promise<ReadonlyMap<UserId, JsonObject>>;
  onChanged(listener: (userId: UserId, type: string) => void): void;
}

function readList(content: JsonObject | undefined): ReadonlySet<string> {
  const users = content?.['ignored_users'];
  const isObject = typeof users === 'object' && users !== null && !Array.isArray(users);
  return isObject && Object.keys(users).length > 0 ? new Set(Object.keys(users)) : NOBODY;
}

/** Whom users ignore. https://spec.matrix.org/v1.19/client-server-api/#ignoring-users */
export class IgnoredUsers {
  readonly #source: ListSource;
  readonly #known = new Map<UserId, Promise<ReadonlySet<string>>>();

  constructor(source: ListSource) {
    this.#source = source;
    source.onChanged((userId, type) => {
      if (type === TYPE) this.#known.delete(userId);
    });
  }

  /** Brings the lists of many into memory together, so that {@link of} then has them at once. */
  async load(userIds: readonly UserId[]): Promise<void> {
    const missing = userIds.filter((userId) => !this.#known.has(userId));
    if (missing.length === 0) return;
    if (this.#known.size + missing.length > CACHE_SIZE) this.#known.clear();
    const reading = this.#source.findOfUsers(missing, TYPE);
    const lists = missing.map((userId) => [userId, reading.then((found) => readList(found.get(userId)))] as const);
    for (const [userId, list] of lists) this.#known.set(userId, list);
    try {
      await Promise.all(lists.map(async ([, list]) => list));
    } catch (error) {
      for (const userId of missing) this.#known.delete(userId);
      throw error;
    }
  }

  /** The same set for as long as the list stays the same. */
  async of(userId: UserId): Promise<ReadonlySet<string>> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    const reading = this.#source.find(userId, undefined, TYPE).then(readList);
    this.#known.set(userId, reading);
    try {
      return await reading;
    } catch (error) {
      this.#known.delete(userId);
      throw error;
    }
  }
}
