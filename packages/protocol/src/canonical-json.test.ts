import { describe, expect, test } from 'vitest';
import { canonicalJson, CanonicalJsonError, compareCodePoints } from './canonical-json.ts';
import { JsonNumberToken, type JsonValue } from './json.ts';
import { parseJson } from './parse-json.ts';

describe('the examples of the specification', () => {
  test.each([
    ['{}', '{}'],
    ['{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'],
    ['{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'],
    ['{"b":"2","a":"1"}', '{"a":"1","b":"2"}'],
    [
      `{"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe", "three_pids": [
        {"medium": "email", "address": "john.doe@example.org"}, {"medium": "msisdn", "address": "123456789"}]}}}`,
      '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}',
    ],
    ['{"a": "日本語"}', '{"a":"日本語"}'],
    ['{"本": 2, "日": 1}', '{"日":1,"本":2}'],
    ['{"a": "\\u65E5"}', '{"a":"日"}'],
    ['{"a": null}', '{"a":null}'],
    ['{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'],
  ])('%s', (text, canonical) => {
    const parsed = parseJson(text, { mode: 'request' });
    expect(parsed.ok && canonicalJson(parsed.value)).toBe(canonical);
  });
});

test('keys are in the order of code points, where UTF-16 would put surrogates first', () => {
  const keys = [
    '\u{1F600}',
    '\ufb33',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    'a',
    'b',
    'aa',
    '',
    '10',
    '9',
    '\u{1F600}a',
    '\u{1F600}\ufb33',
  ];
  const object = Object.fromEntries(keys.map((key) => [key, 1]));
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(canonicalJson(object)).toBe(`{${byBytes.map((key) => `${JSON.stringify(key)}:1`).join(',')}}`);
  expect(keys.toSorted(compareCodePoints)).toEqual(byBytes);
});

test('strings have the shortest escapes, in lower case', () => {
  expect(canonicalJson('\b\t\n\f\r"\\/\u0000\u001f\u007f\u2028é\u{1F600}')).toBe(
    '"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\u007f\u2028é\u{1F600}"',
  );
});

test('members without a value are left out', () => {
  expect(canonicalJson({ b: undefined, a: 1, c: undefined })).toBe('{"a":1}');
  expect(canonicalJson({ b: undefined })).toBe('{}');
});

test('keys that mean something to JavaScript are plain data', () => {
  const parsed = parseJson('{"__proto__":{"constructor":1},"toString":2,"hasOwnProperty":3}', { mode: 'strict' });
  expect(parsed.ok && canonicalJson(parsed.value)).toBe(
    '{"__proto__":{"constructor":1},"hasOwnProperty":3,"toString":2}',
  );
});

const codeOf = (value: unknown, numbers: 'strict' | 'lenient' = 'strict'): string | undefined => {
  try {
    // What has no canonical form is often no JSON by type either.
    canonicalJson(value as JsonValue, numbers);
    return undefined;
  } catch (error) {
    return error instanceof CanonicalJsonError ? error.code : 'another error';
  }
};

describe('a value without canonical form is refused', () => {
  const max = Number.MAX_SAFE_INTEGER;
  test.each([
    ['the greatest integer', max, undefined],
    ['the least integer', -max, undefined],
    ['one more', max + 1, 'out-of-range'],
    ['one less', -max - 1, 'out-of-range'],
    ['a fraction', 1.5, 'not-an-integer'],
    ['infinity', Number.POSITIVE_INFINITY, 'not-an-integer'],
    ['no number', Number.NaN, 'not-an-integer'],
    ['negative zero', -0, 'negative-zero'],
    ['zero', 0, undefined],
    ['a lone surrogate', '\ud800', 'lone-surrogate'],
    ['a lone surrogate in a key', { 'a\udc00': 1 }, 'lone-surrogate'],
    ['nothing', undefined, 'not-json'],
    ['a hole', [1, undefined], 'not-json'],
    ['a function', () => 1, 'not-json'],
    ['a big integer', 1n, 'not-json'],
    ['a date', new Date(0), 'not-json'],
    ['a map', new Map(), 'not-json'],
  ])('%s', (_name, value, code) => {
    expect(codeOf(value)).toBe(code);
    expect(codeOf([{ a: [value] }])).toBe(code);
  });

  test('deeper than 100 levels', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };
    expect(codeOf(nested(100))).toBeUndefined();
    expect(codeOf(nested(101))).toBe('too-deep');
  });
});

describe('numbers of old rooms', () => {
  test('are written as they came, in lenient mode alone', () => {
    const value = {
      a: new JsonNumberToken('1.50'),
      b: new JsonNumberToken('123456789012345678901234567890'),
      c: new JsonNumberToken('-0'),
    };
    expect(canonicalJson(value, 'lenient')).toBe('{"a":1.50,"b":123456789012345678901234567890,"c":0}');
    expect(codeOf(value)).toBe('not-an-integer');
  });

  test('cannot be faked by an object of the same shape', () => {
    const parsed = parseJson('{"numberToken":"1,\\"admin\\":true"}', { mode: 'lenient' });
    expect(parsed.ok && canonicalJson(parsed.value, 'lenient')).toBe('{"numberToken":"1,\\"admin\\":true"}');
  });

  test('do not let other numbers through', () => {
    expect(codeOf(1.5, 'lenient')).toBe('not-an-integer');
  });
});
