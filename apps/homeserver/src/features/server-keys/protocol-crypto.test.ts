import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSigner, nodeSigner, protocolCrypto, verifyWithNode } from './index.ts';

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('both implementations make the same signature and accept each other', () => {
  fc.assert(
    fc.property(seed, fc.string(), (bytes, text) => {
      const [fast, plain] = [createSigner('ed25519:1', bytes), nodeSigner('ed25519:1', bytes)];
      const message = Buffer.from(text, 'utf8');
      const signature = fast.sign(text);
      expect(Buffer.from(signature)).toEqual(Buffer.from(plain.sign(message)));
      expect(Buffer.from(fast.publicKey)).toEqual(Buffer.from(plain.publicKey));
      for (const verify of [protocolCrypto.verifyEd25519, verifyWithNode]) {
        expect(verify(plain.publicKey, message, signature)).toBe(true);
        expect(verify(plain.publicKey, Buffer.concat([message, Buffer.of(1)]), signature)).toBe(false);
        expect(verify(plain.publicKey, message, signature.subarray(1))).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});

test('hashes are those of node:crypto for text and bytes alike', () => {
  expect(Buffer.from(protocolCrypto.sha256('Grüße'))).toEqual(createHash('sha256').update('Grüße').digest());
  expect(Buffer.from(protocolCrypto.sha256(Buffer.from('Grüße')))).toEqual(
    createHash('sha256').update('Grüße').digest(),
  );
  expect(Buffer.from(protocolCrypto.sha1('Grüße'))).toEqual(createHash('sha1').update('Grüße').digest());
});
