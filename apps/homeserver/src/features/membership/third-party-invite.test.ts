import { encodeBase64, signJson, type JsonObject } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigner } from '../server-keys/index.ts';

const identityServer = createSigner('ed25519:0', new Uint8Array(32).fill(3));
const stranger = createSigner('ed25519:0', new Uint8Array(32).fill(4));
const TOKEN = 'token';

let server: TestHomeserver;
let anna: TestUser;
let bernd: TestUser;
let clara: TestUser;
let asAnna: TestClient;
let asBernd: TestClient;
beforeAll(async () => {
  server = await startHomeserver();
  [anna, bernd, clara] = [
    await server.register('anna'),
    await server.register('bernd'),
    await server.register('clara'),
  ];
  [asAnna, asBernd] = [server.as(anna), server.as(bernd)];
});
afterAll(async () => server.stop());

const room = (roomId: string, rest: string): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;
async function offer(): Promise<string> {
  const roomId = await asAnna.createRoom();
  await asAnna.put(room(roomId, `/state/m.room.third_party_invite/${TOKEN}`), {
    display_name: 'b...@e...',
    key_validity_url: 'https://identity.example/valid',
    public_key: encodeBase64(identityServer.publicKey),
  });
  return roomId;
}
const sign = (signed: JsonObject, signer = identityServer): JsonObject => signJson(signed, 'identity.example', signer);

describe('an invitation that was offered to an address', () => {
  test('is claimed by whom the identity server names', async () => {
    const roomId = await offer();
    const signed = sign({ mxid: bernd.userId, sender: anna.userId, token: TOKEN });
    expect((await asBernd.try('POST', room(roomId, '/join'), {})).status).toBe(403);
    await asBernd.post(room(roomId, '/join'), { third_party_signed: signed });
    const { chunk } = await asBernd.get<{ chunk: { state_key: string }[] }>(room(roomId, '/members'));
    expect(chunk.find((member) => member.state_key === bernd.userId)).toMatchObject({
      content: { membership: 'join' },
      unsigned: {
        prev_content: { membership: 'invite', third_party_invite: { display_name: 'b...@e...', signed } },
      },
    });
  });

  test.each([
    ['another key', () => sign({ mxid: bernd.userId, sender: anna.userId, token: TOKEN }, stranger)],
    ['no signature', () => ({ mxid: bernd.userId, sender: anna.userId, token: TOKEN, signatures: {} })],
    ['the name of another', () => sign({ mxid: clara.userId, sender: anna.userId, token: TOKEN })],
    ['another token', () => sign({ mxid: bernd.userId, sender: anna.userId, token: 'unknown' })],
    ['no token', () => sign({ mxid: bernd.userId, sender: anna.userId })],
    ['a changed name', () => ({ ...sign({ mxid: clara.userId, token: TOKEN }), mxid: bernd.userId })],
  ])('is not claimed with %s', async (_name, signed) => {
    const roomId = await offer();
    const answer = await asBernd.try('POST', room(roomId, '/join'), { third_party_signed: signed() });
    expect(answer).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    expect((await asAnna.try('GET', room(roomId, `/state/m.room.member/${bernd.userId}`))).status).toBe(404);
  });

  test('is not claimed once it was withdrawn, nor by somebody who was banned', async () => {
    const signed = sign({ mxid: bernd.userId, sender: anna.userId, token: TOKEN });
    const withdrawn = await offer();
    await asAnna.put(room(withdrawn, `/state/m.room.third_party_invite/${TOKEN}`), {});
    const banned = await offer();
    await asAnna.post(room(banned, '/ban'), { user_id: bernd.userId });
    for (const roomId of [withdrawn, banned])
      expect((await asBernd.try('POST', room(roomId, '/join'), { third_party_signed: signed })).status).toBe(403);
  });
});

test('nobody is invited by an address, as no identity server is asked', async () => {
  const invite = { id_server: 'identity.example', id_access_token: 'token', medium: 'email', address: 'b@example.org' };
  const refusal = { status: 403, body: { errcode: 'M_SERVER_NOT_TRUSTED' } };
  const roomId = await asAnna.createRoom();
  expect(await asAnna.try('POST', room(roomId, '/invite'), invite)).toMatchObject(refusal);
  expect(await asAnna.try('POST', '/createRoom', { invite_3pid: [invite] })).toMatchObject(refusal);
  expect(await asAnna.try('POST', room(roomId, '/invite'), {})).toMatchObject({
    status: 400,
    body: { errcode: 'M_MISSING_PARAM' },
  });
});
