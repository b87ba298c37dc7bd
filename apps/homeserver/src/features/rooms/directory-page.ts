import { invalidParam } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';

/** A room of the directory with what its place in the order is made of. */
export interface DirectoryEntry {
  readonly json: JsonObject;
  readonly nid: number;
  /** Joined members. */
  readonly size: number;
}

export interface DirectoryPage {
  readonly chunk: JsonObject[];
  readonly next_batch?: string;
  readonly prev_batch?: string;
  readonly total_room_count_estimate: number;
}

type Key = Pick<DirectoryEntry, 'nid' | 'size'>;

/** Just after or just before where a room stood when the token was made, wherever it stands now. */
interface DirectoryPlace {
  readonly direction: 'after' | 'before';
  readonly key: Key;
}

export const compareEntries = (one: Key, other: Key): number => other.size - one.size || one.nid - other.nid;

const TOKEN = /^d1_(after|before)_(\d{1,9})_(\d{1,15})$/;

const encodePlace = (direction: DirectoryPlace['direction'], { size, nid }: Key): string =>
  `d1_${direction}_${size}_${nid}`;

/** M_INVALID_PARAM for anything that is not a token of this server. */
export function readDirectoryPlace(token: string): DirectoryPlace {
  const [, direction, size, nid] = TOKEN.exec(token) ?? [];
  if (direction === undefined) throw invalidParam('since is not a token of this server');
  return { direction: direction === 'after' ? 'after' : 'before', key: { size: Number(size), nid: Number(nid) } };
}

/** A page of the entries, which are in their order. Rooms that come or go move nothing from one page to another. */
export function pageOf(
  entries: readonly DirectoryEntry[],
  place: DirectoryPlace | undefined,
  limit: number,
): DirectoryPage {
  const isBackward = place?.direction === 'before';
  // How many entries are before the place.
  const boundary =
    place === undefined
      ? 0
      : entries.filter((entry) => {
          const order = compareEntries(entry, place.key);
          return order < 0 || (order === 0 && !isBackward);
        }).length;
  const [start, end] = isBackward ? [Math.max(0, boundary - limit), boundary] : [boundary, boundary + limit];
  const page = entries.slice(start, end);
  const [first, last] = [page[0], page.at(-1)];
  return {
    chunk: page.map(({ json }) => json),
    ...(last !== undefined && end < entries.length ? { next_batch: encodePlace('after', last) } : {}),
    ...(first !== undefined && start > 0 ? { prev_batch: encodePlace('before', first) } : {}),
    total_room_count_estimate: entries.length,
  };
}
