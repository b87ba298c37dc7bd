import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { EventType, MsgType, Preset } from 'matrix-js-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Person, registerPerson } from '../sdk/person.ts';
import { until } from '../sdk/until.ts';
import { hasNio, NioPerson } from './nio-person.ts';

/** Absence is a failure where it is demanded, as in CI. */
const isDemanded = process.env['STAFETTE_ORACLE'] === 'required';

test('the other client is here where it is demanded', () => {
  if (!hasNio()) console.warn('Not tested with matrix-nio: install python3-matrix-nio.');
  expect(hasNio() || !isDemanded).toBe(true);
});

const withNio = hasNio() ? describe : () => undefined;
withNio('a client in Python and one in JavaScript', () => {
  let homeserver: TestHomeserver;
  let anna: Person;
  let nora: NioPerson;
  let noraId: string;
  let roomId: string;

  beforeAll(async () => {
    homeserver = await startHomeserver({ startMs: Date.now(), features: { forcedEncryption: true } });
    const { baseUrl } = homeserver;
    anna = new Person(baseUrl, await registerPerson(baseUrl, 'anna'));
    const { userId, password } = await registerPerson(baseUrl, 'nora');
    noraId = userId;
    nora = new NioPerson(baseUrl, userId, password);
    await Promise.all([anna.start(), nora.fact('the log-in', ({ kind }) => kind === 'login')]);
    const created = await anna.client.createRoom({ preset: Preset.PrivateChat, invite: [noraId] });
    roomId = created.room_id;
    await until('the join', () => anna.client.getRoom(roomId)?.getMember(noraId)?.membership === 'join');
    await until('encryption', () =>
      anna.client.getRoom(roomId)?.currentState.getStateEvents(EventType.RoomEncryption, ''),
    );
  });
  afterAll(async () => {
    anna.stop();
    await nora.stop();
    await homeserver.stop();
  });

  test('read what the other one encrypted, both ways', async () => {
    const greetingId = await anna.send(roomId, { msgtype: MsgType.Text, body: 'Guten Tag, Nora' });
    expect(await nora.fact('the greeting', ({ event_id }) => event_id === greetingId)).toMatchObject({
      kind: 'message',
      sender: anna.credentials.userId,
      body: 'Guten Tag, Nora',
      decrypted: true,
    });
    const answerId = await nora.send(roomId, 'Guten Tag, Anna');
    const answer = await anna.read(roomId, answerId);
    expect(answer.getContent()).toMatchObject({ body: 'Guten Tag, Anna' });
    expect(answer.isEncrypted()).toBe(true);
  });

  test('leave only ciphertext on the server', async () => {
    const { chunk } = await homeserver
      .as(anna.credentials)
      .get<{ chunk: { type: string }[] }>(`/rooms/${roomId}/messages?dir=b&limit=100`);
    expect(chunk.filter(({ type }) => type === 'm.room.encrypted').length).toBe(2);
    expect(JSON.stringify(chunk)).not.toContain('Guten Tag');
  });
});
