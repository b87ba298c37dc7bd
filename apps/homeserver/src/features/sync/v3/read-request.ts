import { invalidParam, notFound } from '@stafette/contracts';
import { parseJson, type JsonObject, type UserId } from '@stafette/protocol';
import { parseSyncToken, type SyncPositions } from '../../../streams/tokens.ts';
import { compileFilter, NO_FILTER, type SyncFilter } from './filter.ts';
import type { StateAfterName, SyncRequest } from './sync-request.ts';

/** A stored filter, by the id that its upload was given. */
export type FindFilter = (userId: UserId, filterId: string) => Promise<JsonObject | undefined>;

/** The query of a request, as its contract has it. */
export interface SyncQuery {
  readonly since?: string;
  readonly filter?: string;
  readonly full_state?: boolean;
  readonly use_state_after?: boolean;
  readonly 'org.matrix.msc4222.use_state_after'?: boolean;
}

/** Filters compiled lately: a client repeats the same one with every request. */
const CACHE_SIZE = 1000;

function readInline(text: string): JsonObject {
  const parsed = parseJson(text, { mode: 'request' });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    throw invalidParam('filter is not a JSON object');
  }
  // Not null, no array: an object is left.
  return parsed.value as JsonObject;
}

function readSince(token: string | undefined): SyncPositions | undefined {
  if (token === undefined || token === '') return undefined;
  const since = parseSyncToken(token);
  if (since === undefined) throw invalidParam('since is not a token of this server');
  return since;
}

function readStateAfter(query: SyncQuery): readonly StateAfterName[] {
  const names: StateAfterName[] = [];
  if (query.use_state_after === true) names.push('state_after');
  if (query['org.matrix.msc4222.use_state_after'] === true) names.push('org.matrix.msc4222.state_after');
  return names;
}

/** Reads and checks what a client asks; throws what it is told when that cannot be understood. */
export class RequestReader {
  readonly #findFilter: FindFilter;
  readonly #compiled = new Map<string, SyncFilter>();

  constructor(findFilter: FindFilter) {
    this.#findFilter = findFilter;
  }

  async read(who: Pick<SyncRequest, 'userId' | 'deviceId'>, query: SyncQuery): Promise<SyncRequest> {
    return {
      userId: who.userId,
      deviceId: who.deviceId,
      since: readSince(query.since),
      filter: await this.#readFilter(who.userId, query.filter),
      isFullState: query.full_state === true,
      stateAfter: readStateAfter(query),
    };
  }

  async #readFilter(userId: UserId, text: string | undefined): Promise<SyncFilter> {
    if (text === undefined || text === '') return NO_FILTER;
    const isInline = text.startsWith('{');
    const key = isInline ? text : `${userId} ${text}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const json = isInline ? readInline(text) : await this.#findFilter(userId, text);
    if (json === undefined) throw notFound('There is no such filter');
    const filter = compileFilter(json);
    if (this.#compiled.size >= CACHE_SIZE) this.#compiled.clear();
    this.#compiled.set(key, filter);
    return filter;
  }
}
