import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress, Outbound, OutboundError, type OutboundRequest } from './index.ts';

/** Counts whoever reaches it. */
let reached = 0;
let answer: RequestListener = (_request, response) => response.end('reached');
let trap: Server;
let port: number;
const guarded = new Outbound({ allowsPrivateAddresses: false });
const open = new Outbound({ allowsPrivateAddresses: true });

beforeAll(async () => {
  trap = createServer((request, response) => {
    reached += 1;
    answer(request, response);
  });
  trap.on('connection', () => {
    reached += 1;
  });
  await new Promise<void>((resolve) => trap.listen(0, '::', resolve));
  // Listening on TCP, so that the address is an object.
  port = (trap.address() as AddressInfo).port;
});
beforeEach(() => {
  reached = 0;
  answer = (_request, response) => response.end('reached');
});
afterAll(async () => {
  await Promise.all([guarded.close(), open.close()]);
  trap.closeAllConnections();
  trap.close();
});

const ask = (outbound: Outbound, url: string, options: Partial<OutboundRequest> = {}) =>
  outbound.request({ method: 'GET', url: new URL(url), timeoutMs: 2_000, maxResponseBytes: 1_000, ...options });

const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error instanceof OutboundError ? error.kind : error;
  }
  return 'answered';
};

describe('from the own network nothing is asked', () => {
  const HOSTS = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '0.0.0.0', '0', 'localhost'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]'],
    ...[
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::]',
      '[fe80::1]',
      '[fc00::1]',
      '[fd12:3456::1]',
      '[ff02::1]',
      '[2001:db8::1]',
    ],
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '169.254.169.254', '100.64.0.1'],
    ...['192.0.0.192', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '192.0.2.1', '203.0.113.9'],
    ...['①②⑦.⓪.⓪.①', '127。0。0。1', '127%2e0%2e0%2e1'],
  ];

  test.each(HOSTS)('%s is refused without a connection', async (host) => {
    expect(await failureOf(ask(guarded, `http://${host}:${port}/`))).toBe('refused');
    expect(reached).toBe(0);
  });

  test.each(['ftp://example.org/', 'file:///etc/passwd', 'gopher://example.org/', 'data:text/plain,a'])(
    '%s is no address to ask',
    async (url) => {
      expect(await failureOf(ask(guarded, url))).toBe('refused');
    },
  );

  test('a redirect is checked like a first address: the operator does not vouch for where his leads', async () => {
    answer = (request, response) => {
      reached = 0;
      response.writeHead(302, { location: `http://[::1]:${port}${request.url === '/' ? '/again' : '/'}` }).end();
    };
    const asked = ask(guarded, `http://127.0.0.1:${port}/`, { allowsPrivateAddress: true, maxRedirects: 3 });
    expect(await failureOf(asked)).toBe('refused');
    expect(reached).toBe(0);
  });

  test('what the operator configured is asked all the same', async () => {
    const response = await ask(guarded, `http://127.0.0.1:${port}/`, { allowsPrivateAddress: true });
    expect(response.body.toString()).toBe('reached');
  });
});

test('addresses of the public internet are public', () => {
  for (const address of ['8.8.8.8', '100.63.255.255', '172.32.0.1', '2a00:1450::1', '2606:4700::1111'])
    expect(isPublicAddress(address)).toBe(true);
  for (const text of ['', 'localhost', '1.2.3', '::ffff:8.8.8.8', '2001:10::1'])
    expect(isPublicAddress(text)).toBe(false);
});

describe('an answer', () => {
  test('larger than allowed is given up', async () => {
    let isClosed = false;
    answer = (_request, response) => {
      response.on('close', () => {
        isClosed = true;
      });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await failureOf(ask(open, `http://127.0.0.1:${port}/`))).toBe('too-large');
    await expect.poll(() => isClosed).toBe(true);
  });

  test('that comes a byte at a time has one deadline for all of it', async () => {
    answer = (_request, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await failureOf(ask(open, `http://127.0.0.1:${port}/`, { timeoutMs: 200 }))).toBe('timeout');
  });

  test('that never begins ends with the caller’s signal', async () => {
    answer = () => undefined;
    const caller = new AbortController();
    const asked = failureOf(ask(open, `http://127.0.0.1:${port}/`, { signal: caller.signal }));
    caller.abort();
    expect(await asked).toBe('failed');
  });

  test('redirects are followed as often as asked for, and no further', async () => {
    answer = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(String(request.headers.authorization));
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };
    const headers = { authorization: 'Bearer a' };
    const followed = await ask(open, `http://127.0.0.1:${port}/3`, { maxRedirects: 3, headers });
    expect(followed.body.toString()).toBe('Bearer a');
    expect(followed.url.pathname).toBe('/0');
    expect(await failureOf(ask(open, `http://127.0.0.1:${port}/4`, { maxRedirects: 3 }))).toBe('refused');
    expect((await ask(open, `http://127.0.0.1:${port}/4`)).status).toBe(302);
  });

  test('to another origin takes no credentials along', async () => {
    answer = (request, response) => {
      if (request.headers.host?.startsWith('localhost') === true) response.end(String(request.headers.authorization));
      else response.writeHead(302, { location: `http://localhost:${port}/` }).end();
    };
    const headers = { authorization: 'Bearer a' };
    const followed = await ask(open, `http://127.0.0.1:${port}/`, { maxRedirects: 1, headers });
    expect(followed.body.toString()).toBe('undefined');
  });
});
