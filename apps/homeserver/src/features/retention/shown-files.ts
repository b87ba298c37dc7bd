import { readStoredJson, type JsonObject, type JsonValue, type ServerName } from '@stafette/protocol';
import type { Purged } from '../room-events/index.ts';
import type { ShownFile } from './store.ts';

const asObject = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // Not null, no array: an object is left.
      (value as JsonObject)
    : {};

/** A file, its thumbnail, and the same of an edit. What is encrypted tells nothing of its files. */
function urlsIn(content: JsonObject): readonly JsonValue[] {
  return [content, asObject(content['m.new_content'])].flatMap((part) => [
    part['url'] ?? null,
    asObject(part['info'])['thumbnail_url'] ?? null,
  ]);
}

/** The files of this server that messages showed. */
export function shownFiles({ events }: Purged, serverName: ServerName): readonly ShownFile[] {
  const prefix = `mxc://${serverName}/`;
  return events.flatMap(({ json, sender }) =>
    urlsIn(asObject(asObject(readStoredJson(json))['content'])).flatMap((url) =>
      typeof url === 'string' && url.startsWith(prefix) && !url.includes('\0')
        ? [{ mediaId: url.slice(prefix.length), sender }]
        : [],
    ),
  );
}
