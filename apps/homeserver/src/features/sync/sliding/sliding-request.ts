import type { RoomId } from '@stafette/protocol';
import type { Asker } from '../core/long-polls.ts';
import type { Dialect } from './dialect.ts';
import { RoomConfig } from './room-config.ts';
import type { RoomFilter } from './room-filter.ts';

/** First and last index; both count. */
export type Range = readonly [first: number, last: number];

export interface ListRequest {
  readonly name: string;
  readonly ranges: readonly Range[];
  readonly filter: RoomFilter;
  readonly config: RoomConfig;
}

/** Which rooms of a request an extension is about; undefined for all of the lists or subscriptions. */
export interface Scope {
  readonly lists: ReadonlySet<string> | undefined;
  readonly rooms: ReadonlySet<string> | undefined;
}

/** Extensions that tell something of single rooms. */
export type RoomExtension = 'accountData' | 'receipts' | 'typing';
/** All that are about some of the rooms. */
export type ScopedExtension = RoomExtension | 'profiles';

/** Combinations of configurations that are remembered with a shape. */
const MAX_COMBINATIONS = 1000;

/** Which rooms a request is about and what of them: the part that a client repeats from request to request. */
export class RequestShape {
  /** Equal for shapes that are. */
  readonly key: string;
  readonly lists: readonly ListRequest[];
  readonly subscriptions: ReadonlyMap<RoomId, RoomConfig>;
  readonly scopes: Readonly<Record<ScopedExtension, Scope | undefined>>;
  readonly #combined = new Map<string, RoomConfig>();

  constructor(parts: Pick<RequestShape, 'key' | 'lists' | 'subscriptions' | 'scopes'>) {
    this.key = parts.key;
    this.lists = parts.lists;
    this.subscriptions = parts.subscriptions;
    this.scopes = parts.scopes;
  }

  /** The superset of configurations; the same object for the same ones. */
  combine(configs: readonly RoomConfig[]): RoomConfig | undefined {
    const [first, ...others] = configs;
    if (first === undefined || others.every((config) => config === first)) return first;
    const key = configs.map((config) => config.key).join('\n');
    let combined = this.#combined.get(key);
    if (combined === undefined) {
      if (this.#combined.size >= MAX_COMBINATIONS) this.#combined.clear();
      this.#combined.set(key, (combined = RoomConfig.combine(configs)));
    }
    return combined;
  }
}

/** One request, read and checked. */
export interface SlidingRequest extends Asker {
  readonly dialect: Dialect;
  readonly connId: string;
  /** Absent at the beginning of a connection. */
  readonly pos: string | undefined;
  /** 0: the answer is given at once. */
  readonly timeoutMs: number;
  /** Told back to the client, if it is there. */
  readonly txnId: string | undefined;
  readonly shape: RequestShape;
  readonly toDevice: { readonly since: number; readonly limit: number } | undefined;
  readonly wantsDeviceLists: boolean;
  /** The name under which the client asked for it is the name under which it is told. */
  readonly threadSubscriptions: { readonly name: string; readonly limit: number } | undefined;
  /** The same, with the fields that are asked for; undefined for all. */
  readonly profiles: { readonly name: string; readonly fields: ReadonlySet<string> | undefined } | undefined;
}
