import { describe, expect, test } from 'vitest';
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from './base64.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe('the examples of the specification', () => {
  test.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('%j', (text, encoded) => {
    expect(encodeBase64(bytesOf(text))).toBe(encoded);
    expect(decodeBase64(encoded)).toEqual(bytesOf(text));
  });
});

test('every length comes back, as an independent encoder writes it', () => {
  for (let length = 0; length <= 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 89 + length * 31) & 255);
    const standard = Buffer.from(bytes).toString('base64');
    const unpadded = standard.replaceAll('=', '');
    expect(encodeBase64(bytes)).toBe(unpadded);
    expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    expect(decodeBase64(unpadded)).toEqual(bytes);
    expect(decodeBase64(standard)).toEqual(bytes);
    expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
  }
});

test.each(['A', 'AAAAA', 'AA=', 'AAA==', 'AA===', '=', '====', 'A A=', 'AA\n', 'Aé', '-_-_', 'A.AA', 'AA==AA'])(
  '%j is not base64',
  (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  },
);

test('the two alphabets are not mixed up', () => {
  expect(decodeBase64('+/+/')).toEqual(decodeBase64Url('-_-_'));
  expect(decodeBase64Url('+/+/')).toBeUndefined();
});
