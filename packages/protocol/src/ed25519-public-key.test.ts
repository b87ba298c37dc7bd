import { describe, expect, test } from 'vitest';
import { checkEd25519PublicKey } from './ed25519-public-key.ts';
import { specSigner } from './testing/node-crypto.ts';

// The curve in exact numbers, independent of the bytes in the code under test. RFC 8032, section 5.1.
const p = 2n ** 255n - 19n;
const modulo = (a: bigint): bigint => ((a % p) + p) % p;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let factor = modulo(base), rest = exponent; rest > 0n; rest >>= 1n, factor = modulo(factor * factor)) {
    if ((rest & 1n) === 1n) result = modulo(result * factor);
  }
  return result;
}
const inverse = (a: bigint): bigint => power(a, p - 2n);
const d = modulo(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

function add(a: Point, b: Point): Point {
  const product = modulo(d * a.x * b.x * a.y * b.y);
  return {
    x: modulo((a.x * b.y + b.x * a.y) * inverse(1n + product)),
    y: modulo((a.y * b.y + a.x * b.x) * inverse(1n - product)),
  };
}

/** A point with this y, if the curve has one. */
function findPoint(y: bigint): Point | undefined {
  const square = modulo((y * y - 1n) * inverse(d * y * y + 1n));
  const candidate = power(square, (p + 3n) / 8n);
  for (const x of [candidate, modulo(candidate * power(2n, (p - 1n) / 4n))]) {
    if (modulo(x * x) === square) return { x, y };
  }
  return undefined;
}

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The multiple of a point by the order of the large subgroup: one of the eight points of small order. */
function multiply(point: Point, factor: bigint): Point {
  let result: Point = { x: 0n, y: 1n };
  for (let summand = point, rest = factor; rest > 0n; rest >>= 1n, summand = add(summand, summand)) {
    if ((rest & 1n) === 1n) result = add(result, summand);
  }
  return result;
}

function encode(y: bigint, sign: bigint): Uint8Array {
  const value = y | (sign << 255n);
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

const encodePoint = ({ x, y }: Point): Uint8Array => encode(y, x & 1n);

/** All eight, from multiples of arbitrary points. */
function findSmallOrderPoints(): readonly Point[] {
  const found = new Map<string, Point>();
  for (let y = 2n; found.size < 8; y += 1n) {
    const point = findPoint(y);
    if (point === undefined) continue;
    for (const candidate of [point, { x: modulo(-point.x), y: point.y }]) {
      const small = multiply(candidate, order);
      found.set(`${small.x} ${small.y}`, small);
    }
  }
  return [...found.values()];
}

const smallOrderPoints = findSmallOrderPoints();

describe('a public key is refused', () => {
  test('if it is one of the eight points of small order', () => {
    expect(smallOrderPoints).toHaveLength(8);
    for (const point of smallOrderPoints) {
      expect(multiply(point, 8n)).toEqual({ x: 0n, y: 1n });
      expect(checkEd25519PublicKey(encodePoint(point))).toEqual({ ok: false, reason: 'small-order' });
    }
  });

  test('if it is a small point with the sign of a zero', () => {
    for (const y of [1n, p - 1n]) expect(checkEd25519PublicKey(encode(y, 1n)).ok).toBe(false);
  });

  test('if its number is not below the prime, with either sign', () => {
    for (let y = p; y < 2n ** 255n; y += 1n) {
      for (const sign of [0n, 1n])
        expect(checkEd25519PublicKey(encode(y, sign))).toEqual({ ok: false, reason: 'non-canonical' });
    }
  });

  test('if it has not 32 bytes', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(checkEd25519PublicKey(new Uint8Array(length).fill(9))).toEqual({ ok: false, reason: 'length' });
    }
  });
});

test('a usual key, and the greatest canonical number, pass', () => {
  expect(checkEd25519PublicKey(specSigner.publicKey)).toEqual({ ok: true });
  expect(checkEd25519PublicKey(encode(p - 2n, 0n))).toEqual({ ok: true });
});
