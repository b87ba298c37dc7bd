import type { UserId } from '@stafette/protocol';
import type { Notifier } from '../../streams/notifier.ts';
import type { DeviceLists } from '../device-lists/index.ts';
import type { DeviceKeys } from '../e2ee-keys/index.ts';
import type { Sessions } from '../identity/index.ts';
import type { RoomEvents, StoredEvent } from '../room-events/index.ts';
import type { Appservice } from './appservice.ts';

export interface DeviceNewsSources {
  readonly notifier: Notifier;
  readonly deviceLists: DeviceLists;
  readonly deviceKeys: DeviceKeys;
  readonly sessions: Sessions;
  readonly roomEvents: RoomEvents;
}

/** Positions up to which the service knows. */
export interface KnownPositions {
  readonly deviceLists: number;
  readonly events: number;
}

export interface TakenDeviceNews {
  /** Members of a transaction, as JSON texts; none when there is nothing to tell. */
  readonly members: readonly string[];
  readonly deviceListsPosition: number;
  /** Users of the service about whom it is. */
  readonly viewers: readonly UserId[];
}

type ByDevice<T> = Record<string, Record<string, T>>;

/**
 * What a service needs to encrypt for its users' devices without synchronising for each of them: whose keys to fetch again,
 * and what is left of its own one-time keys. For users in its exclusive namespaces that have a device.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/3202
 */
export class DeviceNews {
  readonly #service: Appservice;
  readonly #sources: DeviceNewsSources;
  /** Users of the service with a device. */
  readonly #viewers = new Set<UserId>();
  /** Those for whom there may be something. */
  readonly #awaiting = new Set<UserId>();
  /** What the service was told last of a device's keys. */
  readonly #told = new Map<string, string>();

  constructor(service: Appservice, sources: DeviceNewsSources) {
    this.#service = service;
    this.#sources = sources;
  }

  /** Begins to listen; `onNews` is called when there may be something. */
  async open(onNews: () => void): Promise<void> {
    this.#sources.notifier.onPersonalNews((userId) => {
      if (!this.#service.ownsUserAlone(userId)) return;
      this.#awaiting.add(userId);
      onNews();
    });
    for (const userId of await this.#sources.sessions.listServiceUsersWithDevices()) {
      if (!this.#service.ownsUserAlone(userId)) continue;
      this.#viewers.add(userId);
      this.#awaiting.add(userId);
    }
  }

  /** Of the stream of device lists, now. */
  get position(): number {
    return this.#sources.deviceLists.position.current;
  }

  get hasNews(): boolean {
    return this.#awaiting.size > 0;
  }

  /** What is new since the service was told last, of those who wait and of those whose rooms these events change. */
  async take(events: readonly StoredEvent[], known: KnownPositions): Promise<TakenDeviceNews> {
    const deviceListsPosition = this.position;
    const awaiting = [...this.#awaiting];
    this.#awaiting.clear();
    try {
      const viewers = new Set([...awaiting, ...(await this.#listAffected(events))]);
      const devices = await this.#sources.sessions.listDevices([...viewers]);
      const withDevices = new Set(devices.map(({ user_id: userId }) => userId));
      for (const userId of viewers) {
        if (withDevices.has(userId)) this.#viewers.add(userId);
        else this.#viewers.delete(userId);
      }
      const lists = await this.#listChanges(withDevices, known, deviceListsPosition);
      return { members: [...lists, ...(await this.#listCounts(devices))], deviceListsPosition, viewers: awaiting };
    } catch (error) {
      for (const userId of awaiting) this.#awaiting.add(userId);
      throw error;
    }
  }

  /** Puts back what could not be told. */
  giveBack({ viewers }: TakenDeviceNews): void {
    for (const userId of viewers) this.#awaiting.add(userId);
    this.#told.clear();
  }

  async #listAffected(events: readonly StoredEvent[]): Promise<readonly UserId[]> {
    const affected = new Set<UserId>();
    for (const event of events) {
      if (event.type !== 'm.room.member') continue;
      const room = await this.#sources.roomEvents.findRoom(event.roomId);
      for (const userId of this.#viewers)
        if (userId === event.stateKey || room?.membershipOf(userId) === 'join') affected.add(userId);
    }
    return [...affected];
  }

  async #listChanges(viewers: Iterable<UserId>, known: KnownPositions, to: number): Promise<readonly string[]> {
    const { deviceLists, roomEvents } = this.#sources;
    const changed = new Set<UserId>();
    const left = new Set<UserId>();
    for (const viewer of viewers) {
      const changes = await deviceLists.changes(viewer, {
        deviceLists: { from: known.deviceLists, to },
        events: { from: known.events, to: roomEvents.position.current },
      });
      for (const userId of changes.changed) changed.add(userId);
      for (const userId of changes.left) left.add(userId);
    }
    const gone: UserId[] = [];
    for (const userId of left) if (!changed.has(userId) && !(await this.#isMet(userId))) gone.push(userId);
    if (changed.size + gone.length === 0) return [];
    return [`"org.matrix.msc3202.device_lists":${JSON.stringify({ changed: [...changed], left: gone })}`];
  }

  /** Whether a user still shares a room with any device of the service. */
  async #isMet(userId: UserId): Promise<boolean> {
    for (const [roomId, { membership }] of await this.#sources.roomEvents.membershipsOf(userId)) {
      if (membership !== 'join') continue;
      const room = await this.#sources.roomEvents.findRoom(roomId);
      for (const viewer of this.#viewers) if (room?.membershipOf(viewer) === 'join') return true;
    }
    return false;
  }

  async #listCounts(devices: Awaited<ReturnType<Sessions['listDevices']>>): Promise<readonly string[]> {
    const counts: ByDevice<object> = Object.create(null) as ByDevice<object>;
    const fallbacks: ByDevice<readonly string[]> = Object.create(null) as ByDevice<readonly string[]>;
    for (const { user_id: userId, device_id: deviceId } of devices) {
      const { oneTimeKeys, unusedFallbackTypes } = await this.#sources.deviceKeys.counts(userId, deviceId);
      const text = JSON.stringify([oneTimeKeys, unusedFallbackTypes]);
      const key = `${userId} ${deviceId}`;
      if (this.#told.get(key) === text) continue;
      this.#told.set(key, text);
      (counts[userId] ??= {})[deviceId] = oneTimeKeys;
      (fallbacks[userId] ??= {})[deviceId] = unusedFallbackTypes;
    }
    if (Object.keys(counts).length === 0) return [];
    return [
      `"org.matrix.msc3202.device_one_time_keys_count":${JSON.stringify(counts)}`,
      `"org.matrix.msc3202.device_unused_fallback_key_types":${JSON.stringify(fallbacks)}`,
    ];
  }
}
