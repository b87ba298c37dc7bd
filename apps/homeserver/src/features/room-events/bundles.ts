import type { ReadTx } from '../../database/database.ts';
import { toClientJson, type Viewer } from './client-event.ts';
import {
  listByPositions,
  listLatestEdits,
  listReferences,
  summariseRelations,
  type KeptRelationsViewer,
  type RelationsViewer,
} from './relations.ts';
import type { StoredEvent } from './stored-event.ts';

export type BundleViewer = Viewer & RelationsViewer;
type KeptViewer = Viewer & KeptRelationsViewer;

/**
 * `m.relations` of each event that has any, as JSON text by event id: the edit that counts, the thread's summary, and what
 * refers to it. https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events
 */
export async function bundleRelations(
  tx: ReadTx,
  events: readonly StoredEvent[],
  viewer: KeptViewer,
): Promise<ReadonlyMap<string, string>> {
  if (events.length === 0) return new Map();
  const ids = events.filter((event) => event.redactedBy === undefined).map((event) => event.eventId);
  const summaries = await summariseRelations(tx, ids, viewer);
  if (summaries.length === 0) return new Map();
  const parts = new Map<string, string[]>();
  const add = (eventId: string, part: string): void => {
    const list = parts.get(eventId);
    if (list === undefined) parts.set(eventId, [part]);
    else list.push(part);
  };
  const idsWith = (relType: string): string[] =>
    summaries.filter((summary) => summary.relType === relType).map((summary) => summary.relatesTo);

  const threads = summaries.filter((summary) => summary.relType === 'm.thread');
  const latest = new Map(
    (
      await listByPositions(
        tx,
        threads.map((thread) => thread.lastPos),
      )
    ).map((event) => [event.pos, event]),
  );
  const edited = [...idsWith('m.replace'), ...(await idsOfEdited(tx, [...latest.values()], viewer))];
  const edits = new Map(
    (edited.length === 0 ? [] : await listLatestEdits(tx, edited, viewer)).map((edit) => [
      edit.relatesTo?.eventId,
      edit,
    ]),
  );
  const asked = new Set<string | undefined>(ids);
  for (const [eventId, edit] of edits)
    if (eventId !== undefined && asked.has(eventId)) add(eventId, replacePart(edit, viewer));
  for (const thread of threads) {
    const event = latest.get(thread.lastPos);
    if (event === undefined) continue;
    const edit = edits.get(event.eventId);
    const latestJson = toClientJson(event, viewer, edit === undefined ? undefined : `{${replacePart(edit, viewer)}}`);
    add(
      thread.relatesTo,
      `"m.thread":{"count":${thread.count},"current_user_participated":${thread.hasOwn},"latest_event":${latestJson}}`,
    );
  }
  const references = idsWith('m.reference');
  if (references.length > 0) {
    const byTarget = Map.groupBy(await listReferences(tx, references, viewer), (reference) => reference.relatesTo);
    for (const [eventId, list] of byTarget)
      add(
        eventId,
        `"m.reference":{"chunk":${JSON.stringify(list.map((reference) => ({ event_id: reference.eventId })))}}`,
      );
  }
  return new Map([...parts].map(([eventId, list]) => [eventId, `{${list.join(',')}}`]));
}

const replacePart = (edit: StoredEvent, viewer: BundleViewer): string => `"m.replace":${toClientJson(edit, viewer)}`;

/** The newest event of a thread may have been edited itself. */
async function idsOfEdited(tx: ReadTx, events: readonly StoredEvent[], viewer: KeptViewer): Promise<readonly string[]> {
  if (events.length === 0) return [];
  const summaries = await summariseRelations(
    tx,
    events.map((event) => event.eventId),
    viewer,
  );
  return summaries.filter((summary) => summary.relType === 'm.replace').map((summary) => summary.relatesTo);
}
