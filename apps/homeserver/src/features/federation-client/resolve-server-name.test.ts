import { parseServerName, type ServerName } from '@stafette/protocol';
import { createTestAuthority, MovableClock, TestPeer, type TestAuthority } from '@stafette/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outbound, type SrvTarget } from '../../platform/outbound/index.ts';
import { Receiver } from '../push-delivery/testing/receiver.ts';
import { resolveServerName } from './resolve-server-name.ts';
import { WellKnownServers } from './well-known.ts';

const HOUR_MS = 60 * 60 * 1000;

let authority: TestAuthority;
let outbound: Outbound;
let guarded: Outbound;
/** What `https://localhost/.well-known/matrix/server` is. */
let host: TestPeer;
let clock: MovableClock;
let wellKnown: WellKnownServers;
let records: Record<string, readonly SrvTarget[]>;

beforeAll(async () => {
  authority = createTestAuthority();
  outbound = new Outbound({ allowsPrivateAddresses: true, authorities: authority.certificate });
  guarded = new Outbound({ allowsPrivateAddresses: false, authorities: authority.certificate });
});
afterAll(async () => {
  await Promise.all([outbound.close(), guarded.close()]);
});
beforeEach(async () => {
  host = await TestPeer.open(authority.issue(['localhost']));
  clock = new MovableClock();
  wellKnown = new WellKnownServers({ outbound, clock, port: host.port });
  records = {};
});
afterEach(async () => host.close());

const nameOf = (text: string): ServerName => parseServerName(text) ?? expect.unreachable();
const resolve = (name: string) =>
  resolveServerName(nameOf(name), false, { wellKnown, findSrvTargets: async (service) => records[service] ?? [] });
/** As `host:port` and, behind a slash, the name that goes into the header and the certificate. */
const placesOf = async (name: string): Promise<readonly string[]> =>
  (await resolve(name)).map((place) => `${place.host}:${place.port}/${place.hostHeader}`);
const delegateTo = (server: unknown, headers: Record<string, string> = {}): void => {
  host.answer = (_request, response) => response.writeHead(200, headers).end(JSON.stringify({ 'm.server': server }));
};

describe('a name that says where it is', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4:8448/1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4:5678/1.2.3.4:5678'],
    ['[2001:db8::1]', '[2001:db8::1]:8448/[2001:db8::1]'],
    ['[2001:db8::1]:443', '[2001:db8::1]:443/[2001:db8::1]:443'],
    ['localhost:1234', 'localhost:1234/localhost:1234'],
  ])('%s is at %s, and nobody is asked', async (name, place) => {
    delegateTo('elsewhere.example:1');
    expect(await placesOf(name)).toEqual([place]);
    expect(host.connections).toBe(0);
  });

  test.each(['localhost:0', 'localhost:99999'])('%s is nowhere', async (name) => {
    expect(await placesOf(name)).toEqual([]);
  });
});

describe('a host that delegates', () => {
  test.each([
    ['5.6.7.8', '5.6.7.8:8448/5.6.7.8'],
    ['5.6.7.8:443', '5.6.7.8:443/5.6.7.8:443'],
    ['[2001:db8::2]:443', '[2001:db8::2]:443/[2001:db8::2]:443'],
    ['matrix.example:443', 'matrix.example:443/matrix.example:443'],
    ['matrix.example', 'matrix.example:8448/matrix.example'],
  ])('to %s leads to %s', async (delegate, place) => {
    delegateTo(delegate);
    expect(await resolve('localhost')).toMatchObject([{ isDelegated: true }]);
    expect(await placesOf('localhost')).toEqual([place]);
  });

  test('to a name with records leads to their targets, in the name of the delegate', async () => {
    delegateTo('matrix.example');
    records = {
      '_matrix-fed._tcp.matrix.example': [
        { host: 'one.example', port: 1 },
        { host: 'two.example', port: 2 },
      ],
      '_matrix._tcp.matrix.example': [{ host: 'old.example', port: 3 }],
      '_matrix-fed._tcp.localhost': [{ host: 'not.example', port: 4 }],
    };
    expect(await placesOf('localhost')).toEqual(['one.example:1/matrix.example', 'two.example:2/matrix.example']);
    records = { '_matrix._tcp.matrix.example': [{ host: 'old.example', port: 3 }] };
    expect(await placesOf('localhost')).toEqual(['old.example:3/matrix.example']);
  });

  test('by way of redirects is followed', async () => {
    host.answer = ({ path }, response) =>
      path === '/.well-known/matrix/server'
        ? response.writeHead(302, { location: '/moved' }).end()
        : response.end('{"m.server":"matrix.example:1"}');
    expect(await placesOf('localhost')).toEqual(['matrix.example:1/matrix.example:1']);
  });
});

describe('a host that delegates to nobody', () => {
  test('is found by its records, of the new name first', async () => {
    records = {
      '_matrix-fed._tcp.localhost': [{ host: 'new.example', port: 1 }],
      '_matrix._tcp.localhost': [{ host: 'old.example', port: 2 }],
    };
    expect(await placesOf('localhost')).toEqual(['new.example:1/localhost']);
    records = { '_matrix._tcp.localhost': [{ host: 'old.example', port: 2 }] };
    expect(await placesOf('localhost')).toEqual(['old.example:2/localhost']);
  });

  test('is nowhere when its record says so', async () => {
    records = { '_matrix-fed._tcp.localhost': [{ host: '', port: 0 }] };
    expect(await placesOf('localhost')).toEqual([]);
  });

  test('is at port 8448', async () => {
    expect(await resolve('localhost')).toEqual([
      { host: 'localhost', port: 8448, hostHeader: 'localhost', isDelegated: false },
    ]);
  });
});

describe('an answer that is none', () => {
  const endless = (path: string) => `${path}x`;
  test.each<[string, TestPeer['answer']]>([
    ['garbage', (_request, response) => response.end('\0garbage')],
    ['no JSON object', (_request, response) => response.end('[]')],
    ['no server', (_request, response) => response.end('{}')],
    ['no name', (_request, response) => response.end('{"m.server":"not a name/../"}')],
    ['a number', (_request, response) => response.end('{"m.server":8448}')],
    ['a name with a user', (_request, response) => response.end('{"m.server":"user@matrix.example"}')],
    ['a name that is too long', (_request, response) => response.end(`{"m.server":"${'a'.repeat(256)}"}`)],
    ['another status', (_request, response) => response.writeHead(404).end('{"m.server":"matrix.example:1"}')],
    ['redirects without end', ({ path }, response) => response.writeHead(302, { location: endless(path) }).end()],
    [
      'endless',
      (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(' '.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      },
    ],
    ['broken off', (_request, response) => response.destroy()],
  ])('(%s) leaves the host to itself', async (_name, answer) => {
    host.answer = answer;
    expect(await placesOf('localhost')).toEqual(['localhost:8448/localhost']);
    // And is not asked for again at once.
    const { length } = host.received;
    expect(await placesOf('localhost')).toEqual(['localhost:8448/localhost']);
    expect(host.received).toHaveLength(length);
  });

  test('that leads out of TLS is not followed', async () => {
    const plain = await Receiver.open();
    plain.answer = (response) => response.end('{"m.server":"matrix.example:1"}');
    host.answer = (_request, response) => response.writeHead(302, { location: plain.origin }).end();
    expect(await placesOf('localhost')).toEqual(['localhost:8448/localhost']);
    expect(plain.connections).toBe(0);
    await plain.close();
  });

  test('under a certificate for another name, or of nobody known, is not believed', async () => {
    for (const certificate of [authority.issue(['other.example']), createTestAuthority().issue(['localhost'])]) {
      const impostor = await TestPeer.open(certificate);
      impostor.answer = (_request, response) => response.end('{"m.server":"impostor.example:1"}');
      wellKnown = new WellKnownServers({ outbound, clock, port: impostor.port });
      expect(await placesOf('localhost')).toEqual(['localhost:8448/localhost']);
      expect(impostor.received).toEqual([]);
      await impostor.close();
    }
  });

  test('of the own network is not even asked for, unless the operator wrote the host down', async () => {
    delegateTo('matrix.example:1');
    wellKnown = new WellKnownServers({ outbound: guarded, clock, port: host.port });
    expect(await placesOf('localhost')).toEqual(['localhost:8448/localhost']);
    expect(host.connections).toBe(0);
    expect(await new WellKnownServers({ outbound: guarded, clock, port: host.port }).find('localhost', true)).toBe(
      'matrix.example:1',
    );
  });
});

describe('an answer is kept', () => {
  const askedAfter = async (ms: number): Promise<boolean> => {
    const before = host.received.length;
    clock.advance(ms);
    await resolve('localhost');
    return host.received.length > before;
  };

  test.each([
    ['a day without a word of its own', {}, 24 * HOUR_MS],
    ['as long as it says', { 'cache-control': 'public, max-age=7200' }, 2 * HOUR_MS],
    ['two days at most', { 'cache-control': 'max-age=9999999999' }, 48 * HOUR_MS],
    ['a minute at least', { 'cache-control': 'no-store' }, 60_000],
  ])('%s', async (_name, headers: Record<string, string>, forMs) => {
    delegateTo('matrix.example:1', headers);
    await Promise.all([resolve('localhost'), resolve('LOCALHOST')]);
    expect(host.received).toHaveLength(1);
    expect(await askedAfter(forMs - 1)).toBe(false);
    expect(await askedAfter(1)).toBe(true);
  });

  test('for a minute, and twice as long each time, when it is none', async () => {
    await resolve('localhost');
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await askedAfter(minutes * 60_000 - 1)).toBe(false);
      expect(await askedAfter(1)).toBe(true);
    }
    delegateTo('matrix.example:1');
    expect(await askedAfter(HOUR_MS)).toBe(true);
    expect(await placesOf('localhost')).toEqual(['matrix.example:1/matrix.example:1']);
  });
});
