import { EventType, MsgType, Preset, RelationType } from 'matrix-js-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { decryptFile, encryptFile, type FileKeys } from './encrypted-file.ts';
import { loginAgain, Person, registerPerson, type MessageContent } from './person.ts';
import { until } from './until.ts';
import { nextRequest, verifyByEmoji } from './verify-by-emoji.ts';

/** The journey of two people who use matrix-js-sdk as it is published, with Rust cryptography; each test is its next step. */
let homeserver: TestHomeserver;
let anna: Person;
let bernd: Person;
let roomId: string;
let greetingId: string;

async function join(name: string): Promise<Person> {
  const person = new Person(homeserver.baseUrl, await registerPerson(homeserver.baseUrl, name));
  await person.start();
  return person;
}

beforeAll(async () => {
  // Clients ignore requests for verification that are older than ten minutes. The server keeps rooms encrypted, as for an agency.
  homeserver = await startHomeserver({ startMs: Date.now(), features: { forcedEncryption: true } });
  [anna, bernd] = await Promise.all([join('anna'), join('bernd')]);
});
afterAll(async () => {
  anna.stop();
  bernd.stop();
  await homeserver.stop();
});

test('a recovery key, cross-signing and a key backup are made at the first login', async () => {
  await anna.setUpRecovery();
  await bernd.setUpRecovery();
  expect(await anna.crypto.isCrossSigningReady()).toBe(true);
  expect(await anna.crypto.isSecretStorageReady()).toBe(true);
  expect(await anna.crypto.getActiveSessionBackupVersion()).not.toBeNull();
});

test('an invited person accepts an encrypted direct chat', async () => {
  const { room_id: created } = await anna.client.createRoom({
    preset: Preset.TrustedPrivateChat,
    is_direct: true,
    invite: [bernd.credentials.userId],
    initial_state: [{ type: EventType.RoomEncryption, state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  });
  roomId = created;
  await until('the invitation', () => bernd.client.getRoom(roomId)?.getMyMembership() === 'invite');
  await bernd.client.joinRoom(roomId);
  await until(
    'the join',
    () => anna.client.getRoom(roomId)?.getMember(bernd.credentials.userId)?.membership === 'join',
  );
  expect(await anna.crypto.isEncryptionEnabledInRoom(roomId)).toBe(true);
});

test('text arrives readable, and the server has only ciphertext', async () => {
  greetingId = await anna.send(roomId, { msgtype: MsgType.Text, body: 'Guten Morgen, Bernd' });
  const read = await bernd.read(roomId, greetingId);
  expect(read.getContent()).toMatchObject({ body: 'Guten Morgen, Bernd' });
  const stored = await homeserver.as(anna.credentials).get<{ type: string }>(`/rooms/${roomId}/event/${greetingId}`);
  expect(stored.type).toBe('m.room.encrypted');
  expect(JSON.stringify(stored)).not.toContain('Guten Morgen');
});

test('an image arrives as it was', async () => {
  const image = new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  const { sealed, keys } = await encryptFile(image);
  const { content_uri: url } = await anna.client.uploadContent(new Blob([sealed]), {
    type: 'application/octet-stream',
  });
  const info = { mimetype: 'image/png', size: image.length, w: 1, h: 1 };
  // The SDK's types of the key are narrower than those of WebCrypto, which made it.
  const content = { msgtype: MsgType.Image, body: 'point.png', info, file: { url, ...keys } } as MessageContent;
  const sentId = await anna.send(roomId, content);

  // What the sender put in above.
  const { file } = (await bernd.read(roomId, sentId)).getContent<{ file: FileKeys & { url: string } }>();
  const address = bernd.client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
  const answer = await fetch(address ?? '', { headers: { authorization: `Bearer ${bernd.credentials.accessToken}` } });
  expect(answer.status).toBe(200);
  expect(await decryptFile(new Uint8Array(await answer.arrayBuffer()), file)).toEqual(image);
});

test('a reply names what it answers', async () => {
  const replyId = await bernd.send(roomId, {
    msgtype: MsgType.Text,
    body: 'Guten Morgen, Anna',
    'm.relates_to': { 'm.in_reply_to': { event_id: greetingId } },
  });
  expect((await anna.read(roomId, replyId)).replyEventId).toBe(greetingId);
});

test('a reaction is counted with its message', async () => {
  await bernd.client.sendEvent(roomId, EventType.Reaction, {
    'm.relates_to': { rel_type: RelationType.Annotation, event_id: greetingId, key: '👍' },
  });
  await until('the reaction', () => {
    const relations = anna.client
      .getRoom(roomId)
      ?.relations.getChildEventsForEvent(greetingId, RelationType.Annotation, EventType.Reaction);
    return relations?.getSortedAnnotationsByKey()?.some(([key, events]) => key === '👍' && events.size === 1);
  });
});

test('an edit replaces the text', async () => {
  const body = 'Guten Morgen, lieber Bernd';
  await anna.send(roomId, {
    msgtype: MsgType.Text,
    body: `* ${body}`,
    'm.new_content': { msgtype: MsgType.Text, body },
    'm.relates_to': { rel_type: RelationType.Replace, event_id: greetingId },
  });
  await until('the edit', () => bernd.client.getRoom(roomId)?.findEventById(greetingId)?.getContent()['body'] === body);
});

test('a redaction takes the content away', async () => {
  const slipId = await anna.send(roomId, { msgtype: MsgType.Text, body: 'Das war ein Versehen' });
  await bernd.read(roomId, slipId);
  await anna.client.redactEvent(roomId, slipId);
  await until('the redaction', () => bernd.client.getRoom(roomId)?.findEventById(slipId)?.isRedacted());
});

test('a read receipt shows how far somebody has read', async () => {
  const lastId = await anna.send(roomId, { msgtype: MsgType.Text, body: 'Gelesen?' });
  const last = await bernd.read(roomId, lastId);
  await bernd.client.sendReadReceipt(last);
  await until('the receipt', () => anna.client.getRoom(roomId)?.getEventReadUpTo(bernd.credentials.userId) === lastId);
});

test('a second device restores the history with the recovery key', async () => {
  const second = new Person(homeserver.baseUrl, await loginAgain(homeserver.baseUrl, anna.credentials));
  try {
    await second.start();
    second.recoveryKey = anna.recoveryKey;
    // Her own identity has to be known before its private half can be taken from secret storage.
    expect(await second.crypto.userHasCrossSigningKeys(anna.credentials.userId, true)).toBe(true);
    await second.crypto.bootstrapCrossSigning({});
    await second.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const restored = await until('a backed-up key', async () => {
      const { imported } = await second.crypto.restoreKeyBackup();
      return imported > 0 && imported;
    });
    expect(restored).toBeGreaterThan(0);
    expect((await second.read(roomId, greetingId)).getContent()['body']).toContain('Guten Morgen');
  } finally {
    second.stop();
  }
});

test('two devices of one person verify each other by emoji', async () => {
  const second = new Person(homeserver.baseUrl, await loginAgain(homeserver.baseUrl, anna.credentials));
  try {
    await second.start();
    const asked = nextRequest(anna);
    const asking = await second.crypto.requestOwnUserVerification();
    const [left, right] = await verifyByEmoji(asking, await asked);
    expect(left.split(' ')).toHaveLength(7);
    expect(left).toBe(right);
    await until(
      'the signature',
      async () =>
        (await anna.crypto.getDeviceVerificationStatus(anna.credentials.userId, second.credentials.deviceId))
          ?.crossSigningVerified,
    );
  } finally {
    second.stop();
  }
});

test('two people verify each other by emoji in their chat', async () => {
  const asked = nextRequest(bernd);
  const asking = await anna.crypto.requestVerificationDM(bernd.credentials.userId, roomId);
  const [left, right] = await verifyByEmoji(asking, await asked);
  expect(left).toBe(right);
  await until('the trust', async () =>
    (await anna.crypto.getUserVerificationStatus(bernd.credentials.userId)).isCrossSigningVerified(),
  );
});
