import type { RoomConfig } from './room-config.ts';
import type { RoomExtension } from './sliding-request.ts';

/** What a client was told of one room on a connection. Immutable, and one object for all rooms that stand alike. */
export interface ToldRoom {
  readonly config: RoomConfig;
  /** The user's membership that it was told. */
  readonly membership: string;
  /** Position up to which the room was told; undefined for as far as the connection is. */
  readonly upTo: number | undefined;
  /** Extensions that told everything of the room as far as the connection is. */
  readonly extensions: Extensions;
}

/** A set of extensions, as bits: there are as many sets as there are rooms on all connections. */
export type Extensions = number;

const BITS: Readonly<Record<RoomExtension, number>> = { accountData: 1, receipts: 2, typing: 4 };

export const NO_EXTENSIONS: Extensions = 0;
export const hasExtension = (extensions: Extensions, name: RoomExtension): boolean => (extensions & BITS[name]) !== 0;
export const withExtension = (extensions: Extensions, name: RoomExtension): Extensions => extensions | BITS[name];
export const withoutExtension = (extensions: Extensions, name: RoomExtension): Extensions => extensions & ~BITS[name];

/** Of each configuration, the records of rooms that stand as far as their connection. */
const current = new WeakMap<RoomConfig, Map<string, ToldRoom>>();

export function toldRoom(told: ToldRoom): ToldRoom {
  if (told.upTo !== undefined) return told;
  let alike = current.get(told.config);
  if (alike === undefined) current.set(told.config, (alike = new Map()));
  const key = `${told.membership} ${told.extensions}`;
  const known = alike.get(key);
  if (known !== undefined) return known;
  alike.set(key, told);
  return told;
}
