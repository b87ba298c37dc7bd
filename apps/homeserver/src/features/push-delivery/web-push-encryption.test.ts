import { createECDH } from 'node:crypto';
import { decodeBase64Url, encodeBase64Url } from '@stafette/protocol';
import { SeededRandom } from '@stafette/testkit';
import { expect, test } from 'vitest';
import { decryptWebPush } from './testing/decrypt-web-push.ts';
import { encryptRecord, encryptWebPush, makeKeyPair } from './web-push-encryption.ts';

const bytes = (text: string): Uint8Array => decodeBase64Url(text) ?? expect.unreachable();

/** https://www.rfc-editor.org/rfc/rfc8291#appendix-A */
const APPENDIX = {
  text: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  receiverPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  authSecret: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

test('a message is encrypted as in the appendix of RFC 8291', () => {
  const sender = createECDH('prime256v1');
  sender.setPrivateKey(bytes(APPENDIX.senderPrivate));
  const subscriber = { publicKey: bytes(APPENDIX.receiverPublic), authSecret: bytes(APPENDIX.authSecret) };
  const encrypted = encryptRecord(Buffer.from(APPENDIX.text), subscriber, sender, bytes(APPENDIX.salt));
  expect(encrypted.toString('base64url')).toBe(APPENDIX.body);
});

test('what was encrypted for a browser is read by another implementation with its key, and with no other', () => {
  const random = new SeededRandom('web push');
  const receiver = makeKeyPair(random);
  const authSecret = random.bytes(16);
  const encrypt = (): Buffer =>
    encryptWebPush(Buffer.from('hello'), { publicKey: receiver.getPublicKey(), authSecret }, random);
  const read = (encrypted: Buffer, privateKey = receiver, secret = authSecret): string =>
    decryptWebPush(encrypted, privateKey, encodeBase64Url(secret));
  const encrypted = encrypt();
  expect(encrypted.equals(encrypt())).toBe(false);
  expect(read(encrypted)).toBe('hello');
  expect(() => read(encrypted, makeKeyPair(random))).toThrow('authenticate');
  expect(() => read(encrypted, receiver, random.bytes(16))).toThrow('authenticate');
});
