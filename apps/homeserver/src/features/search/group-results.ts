import type { FoundEvent } from './find-events.ts';
import { encodeSearchPlace, type GroupKey } from './search-token.ts';

export interface ResultGroup {
  results: string[];
  order: number;
  next_batch?: string;
}

export const groupValue = (event: FoundEvent, key: GroupKey): string =>
  key === 'room_id' ? event.roomId : event.sender;

/** One page of results by room or sender; each group can be continued on its own. */
export function groupPage(
  key: GroupKey,
  page: readonly FoundEvent[],
  all: readonly FoundEvent[],
  end: { readonly upTo: number; readonly offset: number },
): Record<string, ResultGroup> {
  const total = Map.groupBy(all, (event) => groupValue(event, key));
  const shown = Map.groupBy(all.slice(0, end.offset), (event) => groupValue(event, key));
  const groups = [...Map.groupBy(page, (event) => groupValue(event, key))].map(([value, events], index) => {
    const offset = shown.get(value)?.length ?? events.length;
    const hasMore = offset < (total.get(value)?.length ?? 0);
    return [
      value,
      {
        results: events.map(({ eventId }) => eventId),
        order: index + 1,
        ...(hasMore ? { next_batch: encodeSearchPlace({ upTo: end.upTo, offset, group: { key, value } }) } : {}),
      },
    ] as const;
  });
  return Object.fromEntries(groups);
}
