import { type JsonObject, type JsonValue, readStoredJson } from '@stafette/protocol';

/** Splits at dots; a backslash takes the dot or backslash after it literally. */
function splitPath(path: string): readonly string[] {
  const parts = [''];
  for (let index = 0; index < path.length; index += 1) {
    const character = path[index] ?? '';
    const next = path[index + 1];
    if (character === '\\' && (next === '.' || next === '\\')) {
      parts[parts.length - 1] += next;
      index += 1;
    } else if (character === '.') parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Writable = Record<string, JsonValue>;

function copyPath(from: JsonObject, to: Writable, [name, ...rest]: readonly string[]): void {
  if (name === undefined || !Object.hasOwn(from, name)) return;
  const value = from[name];
  if (value === undefined) return;
  if (rest.length === 0) {
    to[name] = value;
    return;
  }
  if (!isObject(value)) return;
  // Made by this function for an object, never for another value.
  const inner = (to[name] ?? Object.create(null)) as Writable;
  copyPath(value, inner, rest);
  if (Object.keys(inner).length > 0) to[name] = inner;
}

/** Keeps the named fields of an event. https://spec.matrix.org/v1.19/client-server-api/#filtering */
export function pickFields(text: string, fields: readonly string[]): string {
  // An event as this server wrote it.
  const event = readStoredJson(text) as JsonObject;
  const picked: Writable = Object.create(null);
  for (const field of fields) copyPath(event, picked, splitPath(field));
  return JSON.stringify(picked);
}
