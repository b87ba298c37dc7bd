import { JsonNumberToken, type JsonObject, type JsonValue } from './json.ts';

/** The deepest nesting of objects and arrays that is written and, by default, read. */
export const maxJsonDepth = 100;

export type CanonicalJsonErrorCode =
  | 'not-an-integer'
  | 'out-of-range'
  | 'negative-zero'
  | 'lone-surrogate'
  | 'too-deep'
  | 'not-json';

/** A value that has no canonical form. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
  readonly code: CanonicalJsonErrorCode;

  constructor(code: CanonicalJsonErrorCode) {
    super(`Not canonical JSON: ${code}`);
    this.code = code;
  }
}

/**
 * The one text that stands for a value: keys in code-point order, no white space, integers only. `lenient` also writes
 * the {@link JsonNumberToken}s of room versions 1 to 5, as they were sent. Throws {@link CanonicalJsonError}.
 * https://spec.matrix.org/v1.19/appendices/#canonical-json
 */
export function canonicalJson(value: JsonValue, numbers: 'strict' | 'lenient' = 'strict'): string {
  return write(value, maxJsonDepth, numbers === 'lenient');
}

function write(value: JsonValue | undefined, depthLeft: number, isLenient: boolean): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      break;
    default:
      throw new CanonicalJsonError('not-json');
  }
  if (value === null) return 'null';
  if (value instanceof JsonNumberToken) return writeToken(value, isLenient);
  if (depthLeft === 0) throw new CanonicalJsonError('too-deep');
  // `Array.isArray` does not narrow readonly arrays away from the union, hence the two assertions.
  if (Array.isArray(value)) return writeArray(value as readonly JsonValue[], depthLeft - 1, isLenient);
  return writeObject(value as JsonObject, depthLeft - 1, isLenient);
}

function writeNumber(value: number): string {
  if (!Number.isInteger(value)) throw new CanonicalJsonError('not-an-integer');
  if (!Number.isSafeInteger(value)) throw new CanonicalJsonError('out-of-range');
  if (value === 0 && Object.is(value, -0)) throw new CanonicalJsonError('negative-zero');
  return String(value);
}

function writeToken({ numberToken }: JsonNumberToken, isLenient: boolean): string {
  if (!isLenient) throw new CanonicalJsonError('not-an-integer');
  // The integer -0 is 0 for every implementation that has integers.
  return numberToken === '-0' ? '0' : numberToken;
}

function writeArray(values: readonly JsonValue[], depthLeft: number, isLenient: boolean): string {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ',';
    text += write(values[index], depthLeft, isLenient);
  }
  return `${text}]`;
}

function writeObject(object: JsonObject, depthLeft: number, isLenient: boolean): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== null && prototype !== Object.prototype) throw new CanonicalJsonError('not-json');
  let text = '';
  for (const key of sortedKeys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${quoteKey(key)}:${write(value, depthLeft, isLenient)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

// Only here do the orders of UTF-16 units and of code points differ: surrogates stand for higher code points than these.
const sortsUnlikeUnits = /[\ud800-\uffff]/;

/** The keys of an object in code-point order. */
export function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  let isSorted = true;
  let previous = '';
  for (const key of keys) {
    if (!isPlainKey(key)) return keys.sort(compareCodePoints);
    if (key < previous) isSorted = false;
    previous = key;
  }
  return isSorted ? keys : keys.sort();
}

function isPlainKey(key: string): boolean {
  return quotedKeys.has(key) || !sortsUnlikeUnits.test(key);
}

/** Order by Unicode code point: what sorting by bytes of UTF-8 gives. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = codePointRank(a.charCodeAt(index)) - codePointRank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Moves the surrogates (of code points from U+10000 on) behind U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Quoted forms of plain keys: events repeat a few hundred of them. Bounded, so that strangers cannot fill it. */
const quotedKeys = new Map<string, string>();
const maxQuotedKeys = 2048;
const maxQuotedKeyLength = 64;

function quoteKey(key: string): string {
  const known = quotedKeys.get(key);
  if (known !== undefined) return known;
  const quoted = quote(key);
  if (quotedKeys.size < maxQuotedKeys && key.length <= maxQuotedKeyLength && !sortsUnlikeUnits.test(key)) {
    quotedKeys.set(key, quoted);
  }
  return quoted;
}

/** JSON.stringify writes the shortest escapes, in lower case, as canonical JSON asks. */
function quote(text: string): string {
  if (!text.isWellFormed()) throw new CanonicalJsonError('lone-surrogate');
  return JSON.stringify(text);
}
