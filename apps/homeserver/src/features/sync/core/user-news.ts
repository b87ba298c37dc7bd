import type { RoomId, UserId } from '@stafette/protocol';
import type { Clock } from '../../../platform/clock.ts';
import type { Notifier } from '../../../streams/notifier.ts';
import type { ProfileStream, SyncStream } from '../../../streams/sync-stream.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { Presence, PresenceNews } from '../../presence/index.ts';
import type { PushRules } from '../../push/index.ts';
import type { MovedReceipt, Receipts } from '../../receipts/index.ts';
import type { CommittedEvent, RoomEvents, RoomView } from '../../room-events/index.ts';
import type { Typing } from '../../typing/index.ts';
import { ActiveUsers, type ActiveUser } from './active-users.ts';
import type { BumpStamps } from './bump-stamps.ts';

export interface NewsSources {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly roomEvents: RoomEvents;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly pushRules: PushRules;
  readonly accountData: SyncStream;
  readonly toDevice: SyncStream;
  readonly deviceLists: SyncStream;
  readonly threadSubscriptions: SyncStream;
  readonly profileNews: ProfileStream;
  /** Undefined where it is switched off. */
  readonly presence: Presence | undefined;
}

interface Dependencies extends NewsSources {
  readonly bumpStamps: BumpStamps;
}

/**
 * Hears of everything that becomes visible and notes for each user who synchronises what concerns them: an answer of
 * either shape then looks at what changed, and not at all that the user has.
 */
export class UserNews {
  readonly #d: Dependencies;
  readonly #active = new ActiveUsers();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    const { roomEvents, receipts, typing, presence, notifier } = dependencies;
    roomEvents.onCommitted((events) => this.#observeEvents(events));
    receipts.onMoved((moved) => this.#observeReceipt(moved));
    typing.onChanged((roomId, position) => this.#forActiveMembers(roomId, (user) => user.typing.add(roomId, position)));
    presence?.onChanged((news) => this.#observePresence(news));
    dependencies.profileNews.onChanged((hearers, position) => this.#observeProfile(hearers, position));
    notifier.onPersonalNews((userId) => this.#observePersonal(userId));
  }

  /** Users whose changes are noted. */
  get activeCount(): number {
    return this.#active.size;
  }

  /** Where all streams stand now. */
  positions(): SyncPositions {
    const {
      roomEvents,
      accountData,
      receipts,
      typing,
      toDevice,
      deviceLists,
      pushRules,
      threadSubscriptions,
      profileNews,
      presence,
    } = this.#d;
    return {
      events: roomEvents.position.current,
      accountData: accountData.position.current,
      receipts: receipts.position.current,
      typing: typing.position.current,
      toDevice: toDevice.position.current,
      deviceLists: deviceLists.position.current,
      pushRules: pushRules.position.current,
      threadSubscriptions: threadSubscriptions.position.current,
      presence: presence?.position.current ?? 0,
      profiles: profileNews.position.current,
    };
  }

  /** The user is here; from now on their changes are noted. */
  touch(userId: UserId): ActiveUser {
    return this.#active.touch(userId, this.positions(), this.#d.clock.nowMs());
  }

  #observeEvents(events: readonly CommittedEvent[]): void {
    const toWake = new Set<UserId>();
    for (const event of events) {
      this.#d.bumpStamps.observe(event);
      const room = this.#d.roomEvents.loadedRoom(event.roomId);
      const changesCompanions = event.type === 'm.room.member' || event.type === 'm.room.encryption';
      const note = (userId: UserId): void => {
        const active = this.#active.find(userId);
        if (active === undefined) return;
        active.events.add(event.roomId, event.pos);
        if (changesCompanions) active.companionsAt = event.pos;
        toWake.add(userId);
      };
      for (const userId of room?.joinedLocalUsers() ?? []) note(userId);
      // Who was invited, left or was removed is not among the joined.
      if (event.membership !== undefined && event.membership.to !== 'join') note(event.membership.userId);
    }
    this.#d.notifier.wakeForRoom(toWake);
  }

  #observeReceipt({ roomId, receipt, position }: MovedReceipt): void {
    this.#active.find(receipt.userId)?.reads.add(roomId, position);
    if (receipt.type === 'm.read.private') this.#active.find(receipt.userId)?.receipts.add(roomId, position);
    else this.#forActiveMembers(roomId, (active) => active.receipts.add(roomId, position));
  }

  #observePresence({ people, rooms, position }: PresenceNews): void {
    for (const room of rooms) {
      for (const userId of room.joinedLocalUsers()) this.#active.find(userId)?.presence.add(room.id, position);
    }
    for (const userId of people.keys()) {
      const active = this.#active.find(userId);
      if (active !== undefined) active.ownPresenceAt = position;
    }
  }

  /** Wakes those who look at profiles, and not everybody who shares a room. */
  #observeProfile(hearers: ReadonlySet<UserId>, position: number): void {
    const toWake = new Set<UserId>();
    for (const userId of hearers) {
      const active = this.#active.find(userId);
      if (active === undefined) continue;
      active.profilesAt = position;
      if (active.looksAtProfiles) toWake.add(userId);
    }
    this.#d.notifier.wakeForRoom(toWake);
  }

  #observePersonal(userId: UserId): void {
    const active = this.#active.find(userId);
    if (active !== undefined) active.personalAt = this.positions();
  }

  #forActiveMembers(roomId: RoomId, note: (active: ActiveUser) => void): void {
    const room: RoomView | undefined = this.#d.roomEvents.loadedRoom(roomId);
    for (const userId of room?.joinedLocalUsers() ?? []) {
      const active = this.#active.find(userId);
      if (active !== undefined) note(active);
    }
  }
}
