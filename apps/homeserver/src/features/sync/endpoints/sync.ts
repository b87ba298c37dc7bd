import { type clientServer, invalidParam, notFound } from '@stafette/contracts';
import { parseJson, type JsonObject, type UserId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { parseSyncToken } from '../../../streams/tokens.ts';
import { compileFilter, NO_FILTER, type SyncFilter } from '../filter.ts';
import type { Sync } from '../service.ts';
import type { StateAfterName, SyncRequest } from '../sync-request.ts';

/** A stored filter, by the id that its upload was given. */
export type FindFilter = (userId: UserId, filterId: string) => Promise<JsonObject | undefined>;

/** Inline filters compiled lately: a client repeats the same text with every request. */
const CACHE_SIZE = 1000;

function readInline(text: string): JsonObject {
  const parsed = parseJson(text, { mode: 'request' });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    throw invalidParam('filter is not a JSON object');
  }
  // Not null, no array: an object is left.
  return parsed.value as JsonObject;
}

function filterReader(findFilter: FindFilter): (userId: UserId, text: string | undefined) => Promise<SyncFilter> {
  const compiled = new Map<string, SyncFilter>();
  return async (userId, text) => {
    if (text === undefined || text === '') return NO_FILTER;
    const key = text.startsWith('{') ? text : `${userId} ${text}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const json = text.startsWith('{') ? readInline(text) : await findFilter(userId, text);
    if (json === undefined) throw notFound('There is no such filter');
    const filter = compileFilter(json);
    if (compiled.size >= CACHE_SIZE) compiled.clear();
    compiled.set(key, filter);
    return filter;
  };
}

export const sync = (service: Sync, findFilter: FindFilter): Handler<typeof clientServer.sync> => {
  const readFilter = filterReader(findFilter);
  return async ({ query, requester, signal }) => {
    const since = query.since === undefined || query.since === '' ? undefined : parseSyncToken(query.since);
    if (query.since !== undefined && query.since !== '' && since === undefined)
      throw invalidParam('since is not a token of this server');
    const stateAfter: StateAfterName[] = [];
    if (query.use_state_after === true) stateAfter.push('state_after');
    if (query['org.matrix.msc4222.use_state_after'] === true) stateAfter.push('org.matrix.msc4222.state_after');
    const { userId, deviceId } = requester;
    const readRequest = async (): Promise<SyncRequest> => ({
      userId,
      deviceId,
      since,
      filter: await readFilter(userId, query.filter),
      isFullState: query.full_state === true,
      stateAfter,
    });
    return new PreparedResponse(await service.answer(requester, readRequest, query.timeout ?? 0, signal));
  };
};
