import type { DeviceId, RoomId, UserId } from '@stafette/protocol';
import type { ToDeviceStream } from '../../../streams/sync-stream.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import { ChangeLog } from '../../../streams/change-log.ts';

/** How long somebody who does not synchronise is remembered, ms. */
const IDLE_MS = 10 * 60 * 1000;

/** What changed for a user who synchronises, since they began to. */
export class ActiveUser {
  readonly events: ChangeLog<RoomId>;
  readonly receipts: ChangeLog<RoomId>;
  /** Rooms in which a receipt of the user's own moved: what is unread there changed. */
  readonly reads: ChangeLog<RoomId>;
  readonly typing: ChangeLog<RoomId>;
  /** Rooms in which somebody appears otherwise. */
  readonly presence: ChangeLog<RoomId>;
  /** Where the presence stream stood when the user's own changed last. */
  ownPresenceAt: number;
  /** Where the profiles stream stood when one that the user can see changed last. */
  profilesAt: number;
  /** A device of the user's asked for profiles. */
  looksAtProfiles = false;
  /** Where all streams stood at the last personal news: a token from after that has none to expect. */
  personalAt: SyncPositions;
  /** Position of the last event that changed with whom the user shares an encrypted room. */
  companionsAt: number;
  /** Up to where each device's messages were deleted: a client that waits presents the same token again. */
  readonly #acknowledged = new Map<DeviceId, number>();
  lastUsedMs: number;

  constructor(now: SyncPositions, nowMs: number) {
    this.companionsAt = now.events;
    this.events = new ChangeLog(now.events);
    this.receipts = new ChangeLog(now.receipts);
    this.reads = new ChangeLog(now.receipts);
    this.typing = new ChangeLog(now.typing);
    this.presence = new ChangeLog(now.presence);
    this.ownPresenceAt = now.presence;
    this.profilesAt = now.profiles;
    this.personalAt = now;
    this.lastUsedMs = nowMs;
  }

  /** A device of the user's has its messages up to a position: they are deleted, once. */
  async acknowledge(
    toDevice: ToDeviceStream,
    { userId, deviceId }: { readonly userId: UserId; readonly deviceId: DeviceId },
    upTo: number,
  ): Promise<void> {
    if (upTo <= (this.#acknowledged.get(deviceId) ?? 0)) return;
    await toDevice.acknowledge(userId, deviceId, upTo);
    this.#acknowledged.set(deviceId, upTo);
  }

  /** Whether personal streams may hold something after a token. */
  hasPersonalNews(since: SyncPositions): boolean {
    const at = this.personalAt;
    return (
      since.accountData < at.accountData ||
      since.toDevice < at.toDevice ||
      since.deviceLists < at.deviceLists ||
      since.pushRules < at.pushRules
    );
  }

  /** Whether people may appear otherwise than at a token. */
  hasPresenceNews(since: SyncPositions): boolean {
    return since.presence < this.presence.last || since.presence < this.ownPresenceAt;
  }

  /** Whether the user may share encrypted rooms with others than at a token. */
  mayHaveNewCompanions(since: SyncPositions | undefined): boolean {
    return since !== undefined && since.events < this.companionsAt;
  }

  /** Rooms that changed after a token, by stream; undefined where that is not known. */
  changedRooms(since: SyncPositions): readonly (ReadonlySet<RoomId> | undefined)[] {
    return [this.events.since(since.events), this.receipts.since(since.receipts), this.typing.since(since.typing)];
  }

  /** False only when nothing at all can have changed after a token; how people appear is asked for apart. */
  mayHaveNews(since: SyncPositions): boolean {
    return (
      this.events.last > since.events ||
      this.receipts.last > since.receipts ||
      this.typing.last > since.typing ||
      this.hasPersonalNews(since)
    );
  }
}

/** Everybody who synchronised in the last minutes. */
export class ActiveUsers {
  readonly #users = new Map<UserId, ActiveUser>();
  #sweptMs = 0;

  find(userId: UserId): ActiveUser | undefined {
    return this.#users.get(userId);
  }

  get size(): number {
    return this.#users.size;
  }

  keys(): Iterable<UserId> {
    return this.#users.keys();
  }

  /** The user is here; from now on their changes are noted. */
  touch(userId: UserId, now: SyncPositions, nowMs: number): ActiveUser {
    if (nowMs - this.#sweptMs > IDLE_MS) this.#sweep(nowMs);
    let user = this.#users.get(userId);
    if (user === undefined) this.#users.set(userId, (user = new ActiveUser(now, nowMs)));
    user.lastUsedMs = nowMs;
    return user;
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const [userId, user] of this.#users) if (nowMs - user.lastUsedMs > IDLE_MS) this.#users.delete(userId);
  }
}
