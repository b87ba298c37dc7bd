import type { RoomId, UserId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { UnreadOfRoom } from '../../push/index.ts';
import type { BundleViewer, RoomReader, StoredEvent } from '../../room-events/index.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Relations } from '../core/timeline-relations.ts';
import type { Dialect } from './dialect.ts';
import type { Windows } from './windows.ts';

/** What is read for all rooms of one answer together. */
export interface ReadTogether {
  /** By room number; timelines of rooms that are told in full. */
  readonly timelines: ReadonlyMap<number, Timeline>;
  /** Of those timelines' events. */
  readonly relations: Relations;
  /** By room number; the gates of those timelines, where they had to be read. */
  readonly readers: ReadonlyMap<number, RoomReader>;
  readonly unread: ReadonlyMap<RoomId, UnreadOfRoom>;
  /** By room number. */
  readonly bumpStamps: ReadonlyMap<number, number>;
}

/** What all rooms of one answer share. */
export interface RoomContext extends ReadTogether {
  readonly userId: UserId;
  readonly dialect: Dialect;
  /** Where the answer ends. */
  readonly to: SyncPositions;
  /** Position in the events stream where the client is; undefined at the beginning of a connection. */
  readonly since: number | undefined;
  readonly windows: Windows;
  readonly direct: ReadonlySet<RoomId>;
  /** What the client was told to be direct. */
  readonly toldDirect: ReadonlySet<RoomId>;
  readonly lazyMembers: LazyMemberSession;
  readonly viewer: BundleViewer;
  /** Whether it matters whom the rooms name. */
  readonly wantsProfiles: boolean;
  isShown(event: StoredEvent): boolean;
  /** An event as JSON text for this reader, with their membership at the event where it is known, and what relates to it. */
  render(event: StoredEvent, membership?: string, relations?: string): string;
}

/** One room's part of an answer. */
export interface RoomPart {
  readonly json: string;
  /** Events that the client can now show. */
  readonly eventIds: readonly string[];
  /** Whom it names: who speaks, whose membership is told, and who stands for its name. */
  readonly people: ReadonlySet<string>;
}

export const NOBODY: ReadonlySet<string> = new Set();
