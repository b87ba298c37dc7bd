/** Why an Ed25519 public key is refused. */
export type Ed25519KeyVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'length' | 'non-canonical' | 'small-order' };

/** The prime of the field, 2^255 - 19, little-endian. */
const prime = littleEndian('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed');

/** The y coordinates, little-endian, of the eight points whose order divides 8. */
const smallOrderYs: readonly Uint8Array[] = [
  // Order 4 (both signs of x), the neutral element, order 2.
  littleEndian('0000000000000000000000000000000000000000000000000000000000000000'),
  littleEndian('0000000000000000000000000000000000000000000000000000000000000001'),
  littleEndian('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec'),
  // Order 8: two values of y, each with both signs of x.
  littleEndian('05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826'),
  littleEndian('7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7'),
];

/**
 * Whether a public key may be trusted at all. With a key of small order one trivial signature holds for every message,
 * and encodings beyond the prime give one key two names; libraries accept both. Keys that are on no curve pass here:
 * nothing verifies with them.
 */
export function checkEd25519PublicKey(publicKey: Uint8Array): Ed25519KeyVerdict {
  if (publicKey.length !== 32) return { ok: false, reason: 'length' };
  const y = Uint8Array.from(publicKey);
  // The highest bit is the sign of x.
  y[31] = (y[31] ?? 0) & 0x7f;
  if (smallOrderYs.some((smallOrderY) => compare(y, smallOrderY) === 0)) return { ok: false, reason: 'small-order' };
  return compare(y, prime) < 0 ? { ok: true } : { ok: false, reason: 'non-canonical' };
}

function littleEndian(hex: string): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(62 - 2 * index, 64 - 2 * index), 16));
}

/** Compares two little-endian numbers of 32 bytes. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 31; index >= 0; index -= 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
