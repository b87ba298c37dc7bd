import type { DeviceId, JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { StreamPosition } from './stream-position.ts';

/**
 * What the sync hub asks of the features whose data it carries. A feature implements the interface of its kind in its
 * service; `compose.ts` hands the services to the hub. Every reader gets positions that are durable already and returns
 * what lies in `(from, to]`; `from` undefined asks for everything that a new client needs.
 */
export interface SyncStream {
  readonly position: StreamPosition;
}

/** One entry of account data as a client receives it; an empty content stands for a removed entry. */
export interface AccountDataEntry {
  readonly type: string;
  /** JSON text of the content. */
  readonly content: string;
}

export interface AccountDataStream extends SyncStream {
  changes(
    userId: UserId,
    from: number | undefined,
    to: number,
  ): Promise<{
    readonly global: readonly AccountDataEntry[];
    readonly rooms: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
  }>;
}

/** Messages for one device, kept until the device presents a token that covers them. */
export interface ToDeviceStream extends SyncStream {
  /** JSON texts in order; `upTo` is the position of the last one, or the stream's when there is no more. */
  take(
    userId: UserId,
    deviceId: DeviceId,
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly string[]; readonly upTo: number }>;
  acknowledge(userId: UserId, deviceId: DeviceId, upTo: number): Promise<void>;
}

/** An interval of the two streams that device lists depend on: whose keys changed, and who shares a room since when. */
export interface DeviceListInterval {
  readonly deviceLists: { readonly from: number; readonly to: number };
  readonly events: { readonly from: number; readonly to: number };
}

export interface DeviceListStream extends SyncStream {
  /** `changed`: users (own included) to query again; `left`: users who share no encrypted room any more. */
  changes(
    userId: UserId,
    interval: DeviceListInterval,
  ): Promise<{ readonly changed: readonly UserId[]; readonly left: readonly UserId[] }>;
}

/** An interval of the two streams that other people's profiles depend on. */
export interface ProfileInterval {
  readonly profiles: { readonly from: number; readonly to: number };
  /** Undefined when nobody can have come into the viewer's rooms or left them. */
  readonly eventsFrom: number | undefined;
}

/** Who can see that a profile is another one, in the tick in which that becomes visible. */
export type ProfileListener = (hearers: ReadonlySet<UserId>, position: number) => void;

export interface ProfileStream extends SyncStream {
  onChanged(listener: ProfileListener): void;
  /**
   * `changed`: by user, own included, the fields that changed of everybody who shares a room with the viewer; `left`: users
   * who share none any more.
   */
  changes(
    viewer: UserId,
    interval: ProfileInterval,
  ): Promise<{ readonly changed: ReadonlyMap<UserId, readonly string[]>; readonly left: ReadonlySet<UserId> }>;
  /** The fields of profiles, as they are now; without those who have set nothing. */
  read(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, JsonObject>>;
}

/** What is left of a device's one-time keys; part of every answer. */
export interface OneTimeKeyCounts {
  counts(
    userId: UserId,
    deviceId: DeviceId,
  ): Promise<{
    readonly oneTimeKeys: Readonly<Record<string, number>>;
    readonly unusedFallbackTypes: readonly string[];
  }>;
}

type ByThread<Change> = Readonly<Record<RoomId, Readonly<Record<string, Change>>>>;

/** Changes of what threads somebody follows, by room and root, as clients read them. */
export interface ThreadSubscriptionChanges {
  readonly subscribed: ByThread<{ readonly automatic: boolean; readonly bump_stamp: number }>;
  readonly unsubscribed: ByThread<{ readonly bump_stamp: number }>;
  /** When there are older ones in the interval: where it would have to end for them. */
  readonly end: number | undefined;
}

export interface ThreadSubscriptionStream extends SyncStream {
  /** The last change of each thread in `(after, upTo]`; of more than `limit` the newest. */
  changes(userId: UserId, after: number, upTo: number, limit: number): Promise<ThreadSubscriptionChanges>;
}
