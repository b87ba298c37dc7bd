import { maxJsonDepth } from './canonical-json.ts';
import type { JsonValue } from './json.ts';
import type { JsonMode, JsonParseErrorCode } from './json-mode.ts';
import { JsonFailure, JsonReader } from './json-reader.ts';
import { decodeUtf8, fitsUtf8Bytes } from './utf8.ts';

export interface ParseJsonOptions {
  readonly mode: JsonMode;
  /** How deep objects and arrays may nest; 100 unless told. */
  readonly maxDepth?: number;
  /** The size of the text in UTF-8 bytes; no limit unless told. */
  readonly maxBytes?: number;
}

export interface JsonParseError {
  readonly code: JsonParseErrorCode;
  /** Where in the text, in UTF-16 units; 0 where the text as a whole is refused. */
  readonly offset: number;
}

export type JsonParseResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: JsonParseError };

const refuse = (code: JsonParseErrorCode, offset = 0): JsonParseResult => ({ ok: false, error: { code, offset } });

/** Reads one JSON text that came from outside. Never throws. In every mode, objects have a null prototype. */
export function parseJson(input: Uint8Array | string, options: ParseJsonOptions): JsonParseResult {
  const { mode, maxDepth = maxJsonDepth, maxBytes } = options;
  if (maxBytes !== undefined && !isWithin(input, maxBytes)) return refuse('too-large');
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (text === undefined) return refuse('invalid-utf8');
  if (text.charCodeAt(0) === 0xfeff) return refuse('bom');
  if (typeof input === 'string' && !text.isWellFormed()) return refuse('lone-surrogate');
  try {
    return { ok: true, value: new JsonReader(text, mode, maxDepth).readText() };
  } catch (error) {
    if (error instanceof JsonFailure) return refuse(error.code, error.offset);
    throw error;
  }
}

/**
 * Reads JSON that this server wrote. Throws when it is damaged. `JSON.parse` of this Node is not used for data: it has been
 * seen to give a key another key's name when both begin with an escape.
 */
export function readStoredJson(text: string): JsonValue {
  const result = parseJson(text, { mode: 'request' });
  if (!result.ok) throw new Error(`Stored JSON is damaged: ${result.error.code}`);
  return result.value;
}

function isWithin(input: Uint8Array | string, maxBytes: number): boolean {
  return typeof input === 'string' ? fitsUtf8Bytes(input, maxBytes) : input.length <= maxBytes;
}
