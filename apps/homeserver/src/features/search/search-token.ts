import { invalidParam } from '@stafette/contracts';

export type GroupKey = 'room_id' | 'sender';

/** Where a search goes on: in all results or in those of one group, among what was there when it began. */
export interface SearchPlace {
  /** The events stream as the first page saw it. */
  readonly upTo: number;
  readonly offset: number;
  readonly group: { readonly key: GroupKey; readonly value: string } | undefined;
}

const TOKEN = /^f1_(\d{1,16})_(\d{1,9})(?:_(room_id|sender)_([A-Za-z0-9_-]{1,512}))?$/;

export function encodeSearchPlace({ upTo, offset, group }: SearchPlace): string {
  const suffix = group === undefined ? '' : `_${group.key}_${Buffer.from(group.value).toString('base64url')}`;
  return `f1_${upTo}_${offset}${suffix}`;
}

/** M_INVALID_PARAM for anything that is not a token of this server. */
export function readSearchPlace(token: string): SearchPlace {
  const [, upTo, offset, key, value] = TOKEN.exec(token) ?? [];
  if (upTo === undefined || offset === undefined) throw invalidParam('next_batch is not a token of this server');
  const isGroup = (key === 'room_id' || key === 'sender') && value !== undefined;
  return {
    upTo: Number(upTo),
    offset: Number(offset),
    group: isGroup ? { key, value: Buffer.from(value, 'base64url').toString() } : undefined,
  };
}
