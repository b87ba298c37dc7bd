import { webcrypto } from 'node:crypto';

/** `EncryptedFile` of the specification, without its `url`. https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments */
export interface FileKeys {
  readonly key: webcrypto.JsonWebKey;
  readonly iv: string;
  readonly hashes: { readonly sha256: string };
  readonly v: 'v2';
}

const COUNTER_BITS = 64;

const unpadded = (bytes: ArrayBuffer | Uint8Array): string =>
  Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))
    .toString('base64')
    .replace(/=+$/, '');

export async function encryptFile(
  plain: Uint8Array<ArrayBuffer>,
): Promise<{ sealed: Uint8Array<ArrayBuffer>; keys: FileKeys }> {
  const key = await webcrypto.subtle.generateKey({ name: 'AES-CTR', length: 256 }, true, ['encrypt', 'decrypt']);
  // Random above, zero below: the counter may not overflow into the random part.
  const iv = new Uint8Array(16);
  webcrypto.getRandomValues(iv.subarray(0, 8));
  const sealed = new Uint8Array(
    await webcrypto.subtle.encrypt({ name: 'AES-CTR', counter: iv, length: COUNTER_BITS }, key, plain),
  );
  const hash = await webcrypto.subtle.digest('SHA-256', sealed);
  const exported = await webcrypto.subtle.exportKey('jwk', key);
  return { sealed, keys: { key: exported, iv: unpadded(iv), hashes: { sha256: unpadded(hash) }, v: 'v2' } };
}

export async function decryptFile(
  sealed: Uint8Array<ArrayBuffer>,
  { key: jwk, iv, hashes }: FileKeys,
): Promise<Uint8Array> {
  const hash = await webcrypto.subtle.digest('SHA-256', sealed);
  if (unpadded(hash) !== hashes.sha256) throw new Error('the file is not what was sent');
  const key = await webcrypto.subtle.importKey('jwk', jwk, 'AES-CTR', false, ['decrypt']);
  const counter = new Uint8Array(Buffer.from(iv, 'base64'));
  return new Uint8Array(
    await webcrypto.subtle.decrypt({ name: 'AES-CTR', counter, length: COUNTER_BITS }, key, sealed),
  );
}
