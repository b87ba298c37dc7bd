import type { JsonObject } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { foldName } from '../profiles/index.ts';
import { listEventsOfTypes, type RoomEvents, type StoredEvent } from '../room-events/index.ts';
import * as store from './store.ts';

/** Where the text of each type of event is. What is encrypted has another type and is not looked at. */
const KEYS: Readonly<Record<string, store.SearchKey>> = {
  'm.room.message': 'content.body',
  'm.room.name': 'content.name',
  'm.room.topic': 'content.topic',
};
const REDACTION = 'm.room.redaction';
const TYPES = [...Object.keys(KEYS), REDACTION];

/** Positions of the events stream that one transaction deals with. */
const POSITIONS_AT_ONCE = 2_000;
/** As long as a search waits for the index, ms; what is not there by then is found by a later one. */
const MAX_WAIT_MS = 2_000;

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
}

const textOf = (content: JsonObject, key: store.SearchKey): string | undefined => {
  const text = content[key.slice('content.'.length)];
  // The database holds no NUL.
  return typeof text === 'string' && text !== '' ? foldName(text.replaceAll('\0', ' ')) : undefined;
};

function entryOf(event: StoredEvent): readonly store.SearchEntry[] {
  const key = KEYS[event.type];
  const text = key === undefined ? undefined : textOf(event.content, key);
  return key === undefined || text === undefined
    ? []
    : [{ pos: event.pos, roomNid: event.roomNid, key, hasUrl: typeof event.content['url'] === 'string', text }];
}

/**
 * Follows the events stream at a distance, so that sending costs nothing: a search first lets it catch up, and an hourly
 * chore does where nobody searches. A redacted event leaves the index when its redaction is come to.
 */
export class SearchIndex {
  readonly #d: Dependencies;
  #running: Promise<void> | undefined;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.roomEvents.purge.onPurging((tx, { events }) =>
      store.removeEntries(
        tx,
        events.map(({ pos }) => pos),
      ),
    );
  }

  /** Resolves when everything that is visible now is indexed, or after a moment when that is much. */
  async catchUp(): Promise<void> {
    const upTo = this.#d.roomEvents.position.current;
    const deadline = performance.now() + MAX_WAIT_MS;
    while ((await store.findProgress(this.#d.database.reader)) < upTo && performance.now() < deadline)
      await this.#oneRun();
  }

  /** Indexes everything that is visible now, however long it takes. */
  async complete(signal: AbortSignal): Promise<void> {
    const upTo = this.#d.roomEvents.position.current;
    while (!signal.aborted && (await store.findProgress(this.#d.database.reader)) < upTo) await this.#oneRun();
  }

  /** Whoever comes while it runs waits for it instead of doing the same. */
  async #oneRun(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { database, roomEvents } = this.#d;
    const after = await store.findProgress(database.reader);
    const upTo = Math.min(after + POSITIONS_AT_ONCE, roomEvents.position.current);
    const events = await listEventsOfTypes(database.reader, TYPES, after, upTo);
    const redacted = events.flatMap(({ type, pdu }) => (type === REDACTION && pdu.redacts ? [pdu.redacts] : []));
    // One that names an event of another room has taken nothing away.
    const emptied = (await roomEvents.getEvents(database.reader, redacted)).filter((event) => event.redactedBy);
    await database.write(async (tx) => {
      await store.insertEntries(tx, events.flatMap(entryOf));
      await store.removeEntries(
        tx,
        emptied.map((event) => event.pos),
      );
      await store.updateProgress(tx, upTo);
    });
  }
}
