import { forbidden } from '@stafette/contracts';
import type { JsonObject, JsonValue, RoomId, UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { Account } from '../identity/index.ts';
import type { RoomEvents } from '../room-events/index.ts';
import { foldName } from './fold-name.ts';
import {
  differingFields,
  EMPTY_PROFILE,
  toProfile,
  withField,
  type FieldRules,
  type Profile,
} from './profile-fields.ts';
import type { ProfileNews } from './profile-news.ts';
import * as store from './store.ts';

interface Dependencies extends FieldRules {
  readonly database: Database;
  readonly log: Log;
  readonly findAccount: (userId: UserId) => Promise<Account | undefined>;
  /** Lets an application service make a user whom nobody knows yet; false when none did. */
  readonly askServices: (userId: UserId) => Promise<boolean>;
  readonly roomEvents: Pick<RoomEvents, 'membershipsOf' | 'append'>;
  readonly news: ProfileNews;
}

/** Rooms told of a new name at the same time. */
const ROOMS_AT_ONCE = 32;

/** Of a search. Letters and digits alone. */
const WORD = /[\p{L}\p{N}]+/gu;
const MAX_WORDS = 16;

export type MemberContent = JsonObject & { readonly displayname?: string; readonly avatar_url?: string };

/** What a member event says about a person. */
export const memberContent = ({
  displayName,
  avatarUrl,
}: Pick<Profile, 'displayName' | 'avatarUrl'>): MemberContent => ({
  ...(displayName === undefined ? {} : { displayname: displayName }),
  ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
});

/** Hears what a member event says about a person from now on. */
export type ProfileListener = (userId: UserId, content: MemberContent) => void;

/** Names and pictures of the people of this server. https://spec.matrix.org/v1.19/client-server-api/#profiles */
export class Profiles {
  readonly #d: Dependencies;
  readonly #shownListeners: ProfileListener[] = [];

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Called when somebody has another name or picture, and rooms know. */
  onShownChanged(listener: ProfileListener): void {
    this.#shownListeners.push(listener);
  }

  /** Undefined when there is no such person here; an empty profile when they have set nothing. */
  async find(userId: UserId): Promise<Profile | undefined> {
    const row = await store.find(this.#d.database.reader, userId);
    if (row !== undefined) return toProfile(row);
    const account = await this.#d.findAccount(userId);
    if (account === undefined) return (await this.#d.askServices(userId)) ? this.#findMade(userId) : undefined;
    return account.isDeactivated ? undefined : EMPTY_PROFILE;
  }

  /** As {@link find}, for what needs no more than a name and a picture. */
  async get(userId: UserId): Promise<Profile> {
    return (await this.find(userId)) ?? EMPTY_PROFILE;
  }

  /** Sets a field, or removes it when `value` is undefined; rooms hear of a new name or picture before this resolves. */
  async setField(userId: UserId, name: string, value: JsonValue | undefined): Promise<void> {
    const { before, after } = await this.#change(userId, (profile) => withField(profile, name, value, this.#d));
    if (before.displayName === after.displayName && before.avatarUrl === after.avatarUrl) return;
    await this.#tellRooms(userId, after);
    for (const listener of this.#shownListeners) listener(userId, memberContent(after));
  }

  async setDisplayName(userId: UserId, displayName: string): Promise<void> {
    await this.setField(userId, 'displayname', displayName);
  }

  /** Leaves nothing of the profile behind. */
  async erase(userId: UserId): Promise<void> {
    const remove = async (tx: WriteTx): Promise<void> => {
      await store.removeChanges(tx, userId);
      await store.remove(tx, userId);
    };
    // One row stays, for its position: those after a restart are beyond any that a client has.
    await this.#d.news.write(userId, remove, () => ['displayname']);
  }

  /** People of this server by name or user id, those whom the text names best first. */
  async search(text: string, limit: number): Promise<readonly store.DirectoryRow[]> {
    const term = foldName(text);
    const words = (term.match(WORD) ?? []).slice(0, MAX_WORDS);
    return store.search(this.#d.database.reader, { term, words, limit });
  }

  /** The profile of a user whom a service has made this moment, perhaps with a name. */
  async #findMade(userId: UserId): Promise<Profile | undefined> {
    const row = await store.find(this.#d.database.reader, userId);
    if (row !== undefined) return toProfile(row);
    return (await this.#d.findAccount(userId)) === undefined ? undefined : EMPTY_PROFILE;
  }

  async #change(
    userId: UserId,
    change: (profile: Profile) => Profile,
  ): Promise<{ readonly before: Profile; readonly after: Profile }> {
    const account = await this.#d.findAccount(userId);
    if (account === undefined) throw forbidden('There is no such account');
    const write = async (tx: WriteTx) => {
      const row = await store.findForUpdate(tx, userId);
      const before = row === undefined ? EMPTY_PROFILE : toProfile(row);
      const after = change(before);
      const searchText = [after.displayName, account.loginName].map((name) => foldName(name ?? '')).join('\n');
      await store.update(tx, userId, after, searchText);
      return { before, after };
    };
    return this.#d.news.write(userId, write, ({ before, after }) => differingFields(before, after));
  }

  async #tellRooms(userId: UserId, profile: Profile): Promise<void> {
    const rooms = [...(await this.#d.roomEvents.membershipsOf(userId))].filter(
      ([, { membership }]) => membership === 'join',
    );
    for (let at = 0; at < rooms.length; at += ROOMS_AT_ONCE) {
      await Promise.all(
        rooms.slice(at, at + ROOMS_AT_ONCE).map(async ([roomId]) => this.#tellRoom(roomId, userId, profile)),
      );
    }
  }

  /** A room may refuse, for instance when the person was removed this moment: the others are told all the same. */
  async #tellRoom(roomId: RoomId, userId: UserId, profile: Profile): Promise<void> {
    try {
      await this.#d.roomEvents.append(roomId, [
        {
          type: 'm.room.member',
          stateKey: userId,
          sender: userId,
          content: { ...memberContent(profile), membership: 'join' },
        },
      ]);
    } catch (error) {
      this.#d.log.info({ err: error, roomId }, 'a room did not take a changed profile');
    }
  }
}
