import { unknownPos } from '@stafette/contracts';
import type { DeviceId, RoomId, UserId } from '@stafette/protocol';
import type { Clock } from '../../../platform/clock.ts';
import { CACHE_LIMITS } from '../../../platform/memory.ts';
import type { Random } from '../../../platform/random.ts';
import { encodeSlidingToken, type SyncPositions } from '../../../streams/tokens.ts';
import type { RequestShape } from './sliding-request.ts';
import type { ToldProfiles } from './told-profiles.ts';
import type { ToldRoom } from './told-room.ts';

/** Connections of one device; the one not used for the longest goes first. */
const MAX_PER_DEVICE = 20;
/** A connection that nobody used for so long is forgotten, ms. */
const IDLE_MS = 7 * 24 * 60 * 60 * 1000;
/** Answers to one position that the client may have received; one is enough unless it repeats itself in a hurry. */
const MAX_UNCONFIRMED = 4;
/** Bytes of randomness in positions, so that those of an earlier connection are recognised as such. */
const NONCE_BYTES = 6;

/** How far a client is: what it knows when it presents a position. */
export interface Progress {
  readonly positions: SyncPositions;
  /** What the rooms were chosen by. */
  readonly shape: RequestShape;
  /** By list, the version of the rooms that its window was on. */
  readonly versions: ReadonlyMap<string, object>;
  /** Which rooms it was told to be direct. */
  readonly direct: ReadonlySet<RoomId>;
  /** Account data that belongs to no room was told as far as the positions. */
  readonly hasAccountData: boolean;
  /** So were the threads that the user follows. */
  readonly hasThreads: boolean;
  readonly profiles: ToldProfiles | undefined;
}

/** What one answer adds to what the client knows. Undefined for a room: it is forgotten. */
export interface Step extends Progress {
  readonly rooms: ReadonlyMap<RoomId, ToldRoom | undefined>;
}

/** One row of requests of a device, each with the position of the answer before. */
export class Connection {
  readonly #nonce: string;
  #count = 0;
  /** What the client is known to have; undefined before its first answer was received. */
  progress: Progress | undefined;
  #pos: string | undefined;
  readonly rooms = new Map<RoomId, ToldRoom>();
  /** By position: the client has one of these, and says which with its next request. */
  readonly #unconfirmed = new Map<string, Step>();
  lastUsedMs = 0;

  constructor(nonce: string) {
    this.#nonce = nonce;
  }

  /** The client presents a position, which tells what it has; undefined for its first request. False: never heard of it. */
  confirm(pos: string | undefined): boolean {
    if (pos === this.#pos) return true;
    const step = pos === undefined ? undefined : this.#unconfirmed.get(pos);
    if (step === undefined) return false;
    this.#pos = pos;
    this.progress = step;
    for (const [roomId, told] of step.rooms) {
      if (told === undefined) this.rooms.delete(roomId);
      else this.rooms.set(roomId, told);
    }
    this.#unconfirmed.clear();
    return true;
  }

  /**
   * The position of a new answer, made when the client stood at `base`. One that was overtaken by the client's next
   * request gets a position that leads nowhere: nobody reads it any more.
   */
  propose(step: Step, base: Progress | undefined): string {
    this.#count += 1;
    const pos = encodeSlidingToken(`${this.#nonce}.${this.#count}`, step.positions);
    if (this.progress !== base) return pos;
    for (const oldest of this.#unconfirmed.keys()) {
      if (this.#unconfirmed.size < MAX_UNCONFIRMED) break;
      this.#unconfirmed.delete(oldest);
    }
    this.#unconfirmed.set(pos, step);
    return pos;
  }
}

interface ConnectionName {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  /** What the client calls it, with the dialect that it speaks. */
  readonly name: string;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The connections of all devices, in memory: see docs/adr on why a restart ends them. A device finds its own alone, so
 * that the position of somebody else leads nowhere.
 */
export class Connections {
  readonly #d: Dependencies;
  /** By user and device, then by name; in each the last used at the end. */
  readonly #devices = new Map<string, Map<string, Connection>>();
  #roomCount = 0;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The connection at a position, or a new one when there is none. Throws M_UNKNOWN_POS. */
  open({ userId, deviceId, name }: ConnectionName, pos: string | undefined): Connection {
    const device = `${userId} ${deviceId ?? ''}`;
    const connection = this.#take(device, name);
    if (pos === undefined) return this.#put(device, name, new Connection(this.#d.random.token(NONCE_BYTES)));
    if (connection === undefined || this.#isIdle(connection)) throw unknownPos();
    const isKnown = connection.confirm(pos);
    this.#put(device, name, connection);
    if (!isKnown) throw unknownPos();
    return connection;
  }

  #isIdle({ lastUsedMs }: Connection): boolean {
    return this.#d.clock.nowMs() - lastUsedMs > IDLE_MS;
  }

  #take(device: string, name: string): Connection | undefined {
    const connections = this.#devices.get(device);
    const connection = connections?.get(name);
    if (connections === undefined || connection === undefined) return undefined;
    connections.delete(name);
    if (connections.size === 0) this.#devices.delete(device);
    this.#roomCount -= connection.rooms.size;
    return connection;
  }

  #put(device: string, name: string, connection: Connection): Connection {
    connection.lastUsedMs = this.#d.clock.nowMs();
    const connections = this.#devices.get(device) ?? new Map<string, Connection>();
    this.#devices.delete(device);
    this.#devices.set(device, connections.set(name, connection));
    this.#roomCount += connection.rooms.size;
    this.#evict(device, connections);
    return connection;
  }

  #evict(device: string, ofDevice: ReadonlyMap<string, Connection>): void {
    const takeFirst = (from: string, connections: ReadonlyMap<string, Connection> | undefined): void => {
      for (const name of connections?.keys() ?? []) {
        this.#take(from, name);
        return;
      }
    };
    if (ofDevice.size > MAX_PER_DEVICE) takeFirst(device, ofDevice);
    for (const [oldest, connections] of this.#devices) {
      const [first] = connections.values();
      const isNeeded = this.#roomCount <= CACHE_LIMITS.slidingRooms && (first === undefined || !this.#isIdle(first));
      if (isNeeded || oldest === device) return;
      takeFirst(oldest, connections);
    }
  }
}
