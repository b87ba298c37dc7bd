import { createCipheriv, createECDH, hkdfSync, type ECDH } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

const CURVE = 'prime256v1';
const SALT_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const PRIVATE_KEY_BYTES = 32;
/** A message is one record; push services take 4096 bytes at least. */
const RECORD_BYTES = 4096;
/** Ends the text of the last record. */
const LAST_RECORD = 2;

/** Whom a message is for: the key and the secret that the client made. */
export interface WebPushSubscriber {
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** 16 bytes. */
  readonly authSecret: Uint8Array;
}

/** A key pair on P-256 from injected randomness. */
export function makeKeyPair(random: Random): ECDH {
  const pair = createECDH(CURVE);
  for (;;) {
    try {
      pair.setPrivateKey(random.bytes(PRIVATE_KEY_BYTES));
      return pair;
    } catch {
      // Zero or beyond the order of the group, which happens once in 2^32.
    }
  }
}

const derive = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array | string, size: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, size));

/** `salt` and `sender` are for one message only. https://www.rfc-editor.org/rfc/rfc8291#section-3.4 */
export function encryptRecord(
  text: Uint8Array,
  { publicKey, authSecret }: WebPushSubscriber,
  sender: ECDH,
  salt: Uint8Array,
): Buffer {
  const senderKey = sender.getPublicKey();
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, senderKey]);
  const inputKey = derive(sender.computeSecret(publicKey), authSecret, keyInfo, 32);
  const key = derive(inputKey, salt, 'Content-Encoding: aes128gcm\0', KEY_BYTES);
  const nonce = derive(inputKey, salt, 'Content-Encoding: nonce\0', NONCE_BYTES);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(RECORD_BYTES);
  header.writeUInt8(senderKey.length, 4);
  return Buffer.concat([
    salt,
    header,
    senderKey,
    cipher.update(text),
    cipher.update(Buffer.from([LAST_RECORD])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** A message in the content coding `aes128gcm`. Throws when the subscriber's key is no point of the curve. */
export const encryptWebPush = (text: Uint8Array, subscriber: WebPushSubscriber, random: Random): Buffer =>
  encryptRecord(text, subscriber, makeKeyPair(random), random.bytes(SALT_BYTES));
