import { totalmem } from 'node:os';

const GIB = 1024 ** 3;

/** Bytes that this server may use: the machine's memory, or what its container may have of it. */
export function usableMemoryBytes(): number {
  const containerBytes = process.constrainedMemory();
  // Zero where nobody knows, and beyond all bounds where there is no limit.
  return containerBytes > 0 ? Math.min(totalmem(), containerBytes) : totalmem();
}

/** From here on caches have their full size; with less memory they shrink in proportion. */
const MEMORY_OF_FULL_CACHES_BYTES = 8 * GIB;

export interface CacheLimits {
  /** Rooms with their state and members. */
  readonly rooms: number;
  /** Users with all rooms that they are or were in. */
  readonly memberships: number;
  /** Newest events, over all rooms. */
  readonly recentEvents: number;
  /** Their JSON, in UTF-16 units; what is derived from it takes a few times as much. */
  readonly recentEventUnits: number;
  /** Members that devices which load them lazily were told of, over all devices and rooms. */
  readonly lazyMembers: number;
  /** Rooms that connections of sliding sync were told of, over all connections. */
  readonly slidingRooms: number;
}

/** What the caches that grow with use may hold at most, on a machine with so much memory. Beyond it the oldest goes. */
export function cacheLimitsFor(memoryBytes: number): CacheLimits {
  const share = Math.min(1, memoryBytes / MEMORY_OF_FULL_CACHES_BYTES);
  const sized = (atMost: number): number => Math.ceil(atMost * share);
  return {
    rooms: sized(20_000),
    memberships: sized(50_000),
    recentEvents: sized(20_000),
    recentEventUnits: sized(32 * 1024 * 1024),
    lazyMembers: sized(2_000_000),
    slidingRooms: sized(3_000_000),
  };
}

export const CACHE_LIMITS = cacheLimitsFor(usableMemoryBytes());
