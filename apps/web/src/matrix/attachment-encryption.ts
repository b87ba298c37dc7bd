import { decodeBase64, encodeUnpaddedBase64, encodeUnpaddedBase64Url } from 'matrix-js-sdk';
import type { AttachmentEncryption } from '../model/timeline-item.ts';

export interface EncryptedBytes {
  readonly ciphertext: ArrayBuffer;
  readonly encryption: AttachmentEncryption;
}

/** Counts within the lower 64 bits: the upper half of the block is the random part. */
const COUNTER_BITS = 64;

/** AES-CTR with a key of its own for each file. https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments */
export async function encryptAttachment(plaintext: ArrayBuffer): Promise<EncryptedBytes> {
  const counter = new Uint8Array(16);
  crypto.getRandomValues(counter.subarray(0, 8));
  const key = await crypto.subtle.generateKey({ name: 'AES-CTR', length: 256 }, true, ['encrypt', 'decrypt']);
  const rawKey = new Uint8Array(await crypto.subtle.exportKey('raw', key));
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: COUNTER_BITS }, key, plaintext);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', ciphertext));
  return {
    ciphertext,
    encryption: {
      key: encodeUnpaddedBase64Url(rawKey),
      iv: encodeUnpaddedBase64(counter),
      sha256: encodeUnpaddedBase64(digest),
    },
  };
}

/** What was downloaded is not what the sender uploaded. */
export class AttachmentTampered extends Error {
  override readonly name = 'AttachmentTampered';
}

export async function decryptAttachment(
  ciphertext: ArrayBuffer,
  encryption: AttachmentEncryption,
): Promise<ArrayBuffer> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', ciphertext));
  if (encodeUnpaddedBase64(digest) !== encryption.sha256.replace(/=+$/, '')) throw new AttachmentTampered();
  const rawKey = decodeBase64(encryption.key.replaceAll('-', '+').replaceAll('_', '/'));
  const key = await crypto.subtle.importKey('raw', rawKey, 'AES-CTR', false, ['decrypt']);
  const counter = decodeBase64(encryption.iv);
  return crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: COUNTER_BITS }, key, ciphertext);
}

/** The form in events. */
export function encryptedFile(
  url: string,
  { key, iv, sha256 }: AttachmentEncryption,
): Readonly<Record<string, unknown>> {
  return {
    v: 'v2',
    url,
    iv,
    hashes: { sha256 },
    key: { kty: 'oct', alg: 'A256CTR', ext: true, k: key, key_ops: ['encrypt', 'decrypt'] },
  };
}
