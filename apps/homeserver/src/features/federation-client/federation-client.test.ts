import { parseServerName, verifyJsonSignature, type JsonObject, type ServerName } from '@stafette/protocol';
import { createTestAuthority, MovableClock, TestPeer, type TestAuthority } from '@stafette/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outbound, OutboundError, type SrvTarget } from '../../platform/outbound/index.ts';
import { createSigner, protocolCrypto } from '../server-keys/index.ts';
import { FederationCircle } from './circle.ts';
import { FederationClient, type FederationClientOptions } from './federation-client.ts';

const nameOf = (text: string): ServerName => parseServerName(text) ?? expect.unreachable();
const serverName = nameOf('origin.example');
const signer = createSigner('ed25519:a_test', new Uint8Array(32).fill(5));
const PATH = '/_matrix/policy/v1/sign';

let authority: TestAuthority;
let open: Outbound;
let guarded: Outbound;
let peer: TestPeer;
let destination: ServerName;
let clock: MovableClock;

beforeAll(async () => {
  authority = createTestAuthority();
  const authorities = authority.certificate;
  open = new Outbound({ allowsPrivateAddresses: true, authorities });
  guarded = new Outbound({ allowsPrivateAddresses: false, authorities });
  peer = await TestPeer.open(authority.issue(['localhost', '127.0.0.1']));
  destination = nameOf(`localhost:${peer.port}`);
});
afterAll(async () => {
  await Promise.all([open.close(), guarded.close(), peer.close()]);
});
beforeEach(() => {
  clock = new MovableClock();
  peer.received.length = 0;
  peer.connections = 0;
  peer.answer = (_request, response) => response.end('{"fine":true}');
});

interface ClientOptions extends Partial<FederationClientOptions> {
  readonly allowed?: readonly ServerName[] | 'everybody';
}

const createClient = ({ allowed = 'everybody', ...options }: ClientOptions = {}): FederationClient =>
  new FederationClient({
    serverName,
    signer,
    clock,
    outbound: open,
    findSrvTargets: async () => [],
    circle: new FederationCircle(options.serverName ?? serverName, allowed),
    ...options,
  });
const ask = (client: FederationClient, to = destination, timeoutMs = 3_000) =>
  client.request({
    destination: to,
    method: 'POST',
    path: PATH,
    content: { text: 'Grüße', list: [1, null] },
    timeoutMs,
    maxResponseBytes: 100,
  });
const failureOf = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    await asked;
  } catch (error) {
    return error instanceof OutboundError ? error.kind : error;
  }
  return 'answered';
};

describe('a request', () => {
  test('is signed for its destination and reaches it under its name', async () => {
    expect(await ask(createClient())).toEqual({ status: 200, content: { fine: true } });
    const [{ method, path, headers, body } = expect.unreachable()] = peer.received;
    expect([method, path, headers.host, headers['content-type']]).toEqual([
      'POST',
      PATH,
      destination,
      'application/json',
    ]);
    const [, origin, to, key, signature] =
      /^X-Matrix origin="(.*)",destination="(.*)",key="(.*)",sig="(.*)"$/.exec(headers.authorization ?? '') ?? [];
    expect([origin, to, key]).toEqual([serverName, destination, signer.keyId]);
    const signed: JsonObject = {
      method,
      uri: path,
      origin: serverName,
      destination,
      // What was sent, as the other side reads it.
      content: JSON.parse(body.toString()) as JsonObject,
      signatures: { [serverName]: { [signer.keyId]: signature ?? '' } },
    };
    expect(verifyJsonSignature(signed, serverName, signer.keyId, signer.publicKey, protocolCrypto)).toEqual({
      ok: true,
    });
    const elsewhere = { ...signed, destination: 'other.example' };
    expect(verifyJsonSignature(elsewhere, serverName, signer.keyId, signer.publicKey, protocolCrypto).ok).toBe(false);
  });

  test('reaches an address under a certificate for the address', async () => {
    expect(await ask(createClient(), nameOf(`127.0.0.1:${peer.port}`))).toMatchObject({ status: 200 });
  });

  test('goes where the records of the name lead, in turn, and wants a certificate for the name', async () => {
    const targets: readonly SrvTarget[] = [
      { host: 'localhost', port: 1 },
      { host: 'localhost', port: peer.port },
    ];
    const client = createClient({ findSrvTargets: async (name) => (name.startsWith('_matrix-fed.') ? targets : []) });
    // Shows a certificate for localhost.
    expect(await failureOf(ask(client, nameOf('other.localhost')))).toBe('failed');
    expect(peer.received).toEqual([]);
    const other = await TestPeer.open(authority.issue(['other.localhost']));
    other.answer = (_request, response) => response.end('{}');
    const place = { host: 'localhost', port: other.port };
    expect(await ask(createClient({ findSrvTargets: async () => [place] }), nameOf('other.localhost'))).toMatchObject({
      status: 200,
    });
    expect(other.received[0]?.headers.host).toBe('other.localhost');
    await other.close();
  });
});

describe('nothing is sent', () => {
  test('to a server that is not on the list; the own name always is', async () => {
    expect(await failureOf(ask(createClient({ allowed: [] })))).toBe('refused');
    expect(await failureOf(ask(createClient({ allowed: [nameOf('localhost')] })))).toBe('refused');
    expect(peer.connections).toBe(0);
    expect(await ask(createClient({ allowed: [destination] }))).toMatchObject({ status: 200 });
    expect(await ask(createClient({ allowed: [], serverName: destination }))).toMatchObject({ status: 200 });
  });

  test('into the own network, but to servers that the operator wrote down', async () => {
    expect(await failureOf(ask(createClient({ outbound: guarded })))).toBe('refused');
    for (const text of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f000001', '2130706433', '10.0.0.1'])
      expect(await failureOf(ask(createClient({ outbound: guarded }), nameOf(`${text}:${peer.port}`)))).toBe('refused');
    expect(peer.connections).toBe(0);
    expect(await ask(createClient({ outbound: guarded, allowed: [destination] }))).toMatchObject({ status: 200 });
  });

  test('where a server on the list leads into the own network', async () => {
    const findSrvTargets = async (): Promise<readonly SrvTarget[]> => [{ host: 'localhost', port: peer.port }];
    const client = createClient({ outbound: guarded, allowed: [nameOf('localhost')], findSrvTargets });
    expect(await failureOf(ask(client, nameOf('localhost')))).toBe('refused');
    expect(peer.received).toEqual([]);
  });
});

describe('a server that gives no answer', () => {
  test('in time is given up, and left alone for a while', async () => {
    peer.answer = () => undefined;
    const client = createClient();
    expect(await failureOf(ask(client, destination, 200))).toBe('timeout');
    peer.answer = (_request, response) => response.end('{}');
    expect(await failureOf(ask(client))).toBe('failed');
    expect(peer.received).toHaveLength(1);
    clock.advance(5_000);
    expect(await ask(client)).toMatchObject({ status: 200 });
  });

  test('of a size that is allowed is given up', async () => {
    peer.answer = (_request, response) => response.end(JSON.stringify({ long: 'x'.repeat(100) }));
    expect(await failureOf(ask(createClient()))).toBe('too-large');
  });

  test('because it is not found in time is given up', async () => {
    const client = createClient({ findSrvTargets: async () => new Promise(() => undefined) });
    expect(await failureOf(ask(client, nameOf('localhost'), 200))).toBe('timeout');
  });
});
