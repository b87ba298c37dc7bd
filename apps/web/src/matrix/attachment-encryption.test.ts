import { decodeBase64 } from 'matrix-js-sdk';
import { expect, test } from 'vitest';
import { AttachmentTampered, decryptAttachment, encryptAttachment } from './attachment-encryption.ts';

const plaintext = new TextEncoder().encode('Haushaltsplan').buffer;

test('a file comes back as it was, and each time under another key', async () => {
  const [first, second] = await Promise.all([encryptAttachment(plaintext), encryptAttachment(plaintext)]);
  expect(first.encryption.key).not.toBe(second.encryption.key);
  expect(new Uint8Array(first.ciphertext)).not.toEqual(new Uint8Array(plaintext));
  expect(new Uint8Array(await decryptAttachment(first.ciphertext, first.encryption))).toEqual(
    new Uint8Array(plaintext),
  );
});

test('the lower half of the counter is zero, as the specification asks', async () => {
  const { encryption } = await encryptAttachment(plaintext);
  expect([...decodeBase64(encryption.iv).subarray(8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a single changed bit is refused', async () => {
  const { ciphertext, encryption } = await encryptAttachment(plaintext);
  const bytes = new Uint8Array(ciphertext);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  await expect(decryptAttachment(ciphertext, encryption)).rejects.toThrow(AttachmentTampered);
});
