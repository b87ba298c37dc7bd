import { JsonNumberToken, type JsonObject, type JsonValue } from './json.ts';
import type { JsonMode, JsonParseErrorCode } from './json-mode.ts';

/** Leaves the reader at the first fault; `parseJson` turns it into a value. */
export class JsonFailure extends Error {
  readonly code: JsonParseErrorCode;
  readonly offset: number;

  constructor(code: JsonParseErrorCode, offset: number) {
    super(code);
    this.code = code;
    this.offset = offset;
  }
}

const quoteUnit = 0x22;
const backslashUnit = 0x5c;
const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
/** Integers of so few digits need no check of their range. */
const maxEasyDigits = 15;

/** Reads a well-formed text in one pass. One reader for all modes, so that they differ in nothing but numbers. */
export class JsonReader {
  readonly #text: string;
  readonly #mode: JsonMode;
  #depthLeft: number;
  #position = 0;

  constructor(text: string, mode: JsonMode, maxDepth: number) {
    this.#text = text;
    this.#mode = mode;
    this.#depthLeft = maxDepth;
  }

  /** The value of the whole text. Throws {@link JsonFailure}. */
  readText(): JsonValue {
    const value = this.#readValue(this.#nextUnit());
    if (this.#position < this.#text.length && !Number.isNaN(this.#nextUnit())) throw this.#failure('trailing-garbage');
    return value;
  }

  #failure(code: JsonParseErrorCode, offset = this.#position): JsonFailure {
    return new JsonFailure(code, offset);
  }

  /** The next unit that is not white space, NaN at the end; the position is then at it. */
  #nextUnit(): number {
    let unit = this.#text.charCodeAt(this.#position);
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      this.#position += 1;
      unit = this.#text.charCodeAt(this.#position);
    }
    return unit;
  }

  #readValue(unit: number): JsonValue {
    switch (unit) {
      case quoteUnit:
        return this.#readString();
      case 0x7b:
        return this.#readObject();
      case 0x5b:
        return this.#readArray();
      case 0x74:
        return this.#readWord('true', true);
      case 0x66:
        return this.#readWord('false', false);
      case 0x6e:
        return this.#readWord('null', null);
      default:
        return this.#readNumber();
    }
  }

  #readWord<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#position)) throw this.#failure('syntax');
    this.#position += word.length;
    return value;
  }

  #enter(): void {
    if (this.#depthLeft === 0) throw this.#failure('too-deep');
    this.#depthLeft -= 1;
    this.#position += 1;
  }

  #leave(): void {
    this.#depthLeft += 1;
    this.#position += 1;
  }

  #readObject(): JsonObject {
    this.#enter();
    // An object without prototype has no key but those of the text, `__proto__` included.
    const object = Object.create(null) as Record<string, JsonValue>;
    let unit = this.#nextUnit();
    if (unit === 0x7d) {
      this.#leave();
      return object;
    }
    for (;;) {
      if (unit !== quoteUnit) throw this.#failure('syntax');
      const keyOffset = this.#position;
      const key = this.#readString();
      if (object[key] !== undefined) throw this.#failure('duplicate-key', keyOffset);
      if (this.#nextUnit() !== 0x3a) throw this.#failure('syntax');
      this.#position += 1;
      object[key] = this.#readValue(this.#nextUnit());
      unit = this.#nextUnit();
      if (unit === 0x7d) break;
      if (unit !== 0x2c) throw this.#failure('syntax');
      this.#position += 1;
      unit = this.#nextUnit();
    }
    this.#leave();
    return object;
  }

  #readArray(): readonly JsonValue[] {
    this.#enter();
    const values: JsonValue[] = [];
    let unit = this.#nextUnit();
    if (unit === 0x5d) {
      this.#leave();
      return values;
    }
    for (;;) {
      values.push(this.#readValue(unit));
      unit = this.#nextUnit();
      if (unit === 0x5d) break;
      if (unit !== 0x2c) throw this.#failure('syntax');
      this.#position += 1;
      unit = this.#nextUnit();
    }
    this.#leave();
    return values;
  }

  #readString(): string {
    const start = this.#position + 1;
    for (let end = start; ; end += 1) {
      const unit = this.#text.charCodeAt(end);
      if (unit === quoteUnit) {
        this.#position = end + 1;
        return this.#text.slice(start, end);
      }
      if (unit === backslashUnit) return this.#readEscapedString(start, end);
      // Control characters must be escaped; the end of the text, NaN, is no string's end either.
      if (!(unit >= 0x20)) throw this.#failure('syntax', end);
    }
  }

  #readEscapedString(start: number, firstEscape: number): string {
    let result = '';
    let chunkStart = start;
    let hasUnitEscape = false;
    for (let end = firstEscape; ; end += 1) {
      const unit = this.#text.charCodeAt(end);
      if (unit === quoteUnit) {
        this.#position = end + 1;
        result += this.#text.slice(chunkStart, end);
        break;
      }
      if (!(unit >= 0x20)) throw this.#failure('syntax', end);
      if (unit !== backslashUnit) continue;
      result += this.#text.slice(chunkStart, end);
      end += 1;
      if (this.#text.charCodeAt(end) === 0x75) {
        result += this.#readUnitEscape(end + 1);
        hasUnitEscape = true;
        end += 4;
      } else {
        result += this.#readShortEscape(end);
      }
      chunkStart = end + 1;
    }
    if (hasUnitEscape && !result.isWellFormed()) throw this.#failure('lone-surrogate', start);
    return result;
  }

  #readUnitEscape(offset: number): string {
    let unit = 0;
    for (let index = offset; index < offset + 4; index += 1) {
      const digit = hexValue(this.#text.charCodeAt(index));
      if (digit === undefined) throw this.#failure('syntax', index);
      unit = unit * 16 + digit;
    }
    return String.fromCharCode(unit);
  }

  #readShortEscape(offset: number): string {
    const escaped = shortEscapes.get(this.#text.charCodeAt(offset));
    if (escaped === undefined) throw this.#failure('syntax', offset);
    return escaped;
  }

  #readNumber(): number | JsonNumberToken {
    const start = this.#position;
    numberPattern.lastIndex = start;
    const match = numberPattern.exec(this.#text);
    if (match === null) throw this.#failure('syntax');
    const [text, fraction, exponent] = match;
    this.#position = start + text.length;
    const isInteger = fraction === undefined && exponent === undefined;
    if (isInteger && text.length <= maxEasyDigits && text !== '-0') return Number(text);
    return this.#readHardNumber(text, isInteger, start);
  }

  #readHardNumber(text: string, isInteger: boolean, offset: number): number | JsonNumberToken {
    const value = Number(text);
    const isNegativeZero = text === '-0';
    const isSafe = isInteger && Number.isSafeInteger(value) && !isNegativeZero;
    if (isSafe) return value;
    switch (this.#mode) {
      case 'strict':
        throw this.#failure(isNegativeZero ? 'negative-zero' : isInteger ? 'out-of-range' : 'not-an-integer', offset);
      case 'lenient':
        if (!Number.isFinite(value) && !isInteger) throw this.#failure('out-of-range', offset);
        return new JsonNumberToken(text);
      case 'request':
        if (!Number.isFinite(value)) throw this.#failure('out-of-range', offset);
        // Adding makes zero of negative zero, which JSON.stringify would not write either.
        return value + 0;
    }
  }
}

const shortEscapes: ReadonlyMap<number, string> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, character]) => [letter.charCodeAt(0), character],
  ),
);

function hexValue(unit: number): number | undefined {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}
