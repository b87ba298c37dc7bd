import type { TestClient } from '@stafette/testkit';

export interface SeenEvent {
  readonly event_id: string;
  readonly type: string;
  readonly content: { readonly body?: string };
}

interface Chunk {
  readonly chunk: readonly SeenEvent[];
  readonly end?: string;
}

interface Timeline {
  readonly events: readonly SeenEvent[];
  readonly limited?: boolean;
  readonly prev_batch?: string;
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline?: Timeline }>> };
}

const PAGE = 500;

async function* pages(
  client: TestClient,
  roomId: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<SeenEvent> {
  let from = query['from'];
  do {
    const search = new URLSearchParams({ ...query, limit: String(PAGE), ...(from === undefined ? {} : { from }) });
    const answer: Chunk = await client.get(`/rooms/${encodeURIComponent(roomId)}/messages?${search.toString()}`);
    yield* answer.chunk;
    from = answer.end;
  } while (from !== undefined);
}

/** Every event of the room, oldest first. */
export async function readHistory(client: TestClient, roomId: string): Promise<SeenEvent[]> {
  const events: SeenEvent[] = [];
  for await (const event of pages(client, roomId, { dir: 'f' })) events.push(event);
  return events;
}

/**
 * Somebody who follows rooms by incremental sync, through all crashes, with gaps filled as clients fill them: backwards
 * from the gap until a known event.
 */
export class Follower {
  readonly #client: TestClient;
  readonly #seenByRoom = new Map<string, Set<string>>();
  #since: string | undefined;

  constructor(client: TestClient) {
    this.#client = client;
  }

  /** One round of sync. False when it had nothing new. */
  async poll(timeoutMs: number): Promise<boolean> {
    const answer = await this.#client.sync<SyncAnswer>(this.#since, timeoutMs);
    let hasNews = false;
    for (const [roomId, { timeline }] of Object.entries(answer.rooms?.join ?? {})) {
      if (timeline === undefined) continue;
      hasNews ||= timeline.events.length > 0;
      await this.#take(roomId, timeline);
    }
    // Only now: a gap whose filling broke off is filled again.
    this.#since = answer.next_batch;
    return hasNews;
  }

  hasSeen(eventId: string): boolean {
    return [...this.#seenByRoom.values()].some((seen) => seen.has(eventId));
  }

  see(roomId: string, eventIds: readonly string[]): void {
    const seen = this.#seenByRoom.get(roomId) ?? new Set();
    for (const eventId of eventIds) seen.add(eventId);
    this.#seenByRoom.set(roomId, seen);
  }

  async #take(roomId: string, { events, limited, prev_batch: gapEnd }: Timeline): Promise<void> {
    const seen = this.#seenByRoom.get(roomId) ?? new Set();
    const found = events.map(({ event_id: eventId }) => eventId);
    if (limited === true && gapEnd !== undefined) {
      for await (const { event_id: eventId } of pages(this.#client, roomId, { dir: 'b', from: gapEnd })) {
        if (seen.has(eventId)) break;
        found.push(eventId);
      }
    }
    this.see(roomId, found);
  }
}
