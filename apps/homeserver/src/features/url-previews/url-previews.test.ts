import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startHomeserver, type Answer, type TestHomeserver, type TestUser } from '@stafette/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let homeserver: TestHomeserver;
let anna: TestUser;
let site: Server;
let port: number;
/** Connections and requests that the site has seen. */
let connections = 0;
let asked: string[] = [];
let answer: RequestListener;

const page =
  (html: string, type = 'text/html'): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(html);
  };

beforeAll(async () => {
  homeserver = await startHomeserver({ urlPreviews: { allow: ['*'], deny: ['denied.localhost'] } });
  anna = await homeserver.register('anna');
  site = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  site.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => site.listen(0, '::', resolve));
  // Listening on TCP, so that the address is an object.
  port = (site.address() as AddressInfo).port;
});
beforeEach(() => {
  connections = 0;
  asked = [];
  answer = page('<title>A page</title>');
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await homeserver.stop();
});

const preview = async (url: string, server = homeserver, user = anna): Promise<Answer> =>
  server.as(user).try('GET', `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(url)}`);
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
const picture = async (): Promise<Buffer> =>
  sharp({ create: { width: 48, height: 20, channels: 3, background: 'green' } })
    .png()
    .toBuffer();

describe('a page', () => {
  test('is told with its picture, which is kept here', async () => {
    const png = await picture();
    answer = (request, response) => {
      if (request.url === '/pictures/one.png') response.writeHead(200, { 'content-type': 'image/png' }).end(png);
      else
        page(`<meta property="og:title" content="A title"><meta property="og:image" content="pictures/one.png">
          <meta property="og:image:width" content="99999"><meta name="description" content="What it is">`)(
          request,
          response,
        );
    };
    const { status, body } = await preview(at('/a'));
    expect(status).toBe(200);
    expect(body).toEqual({
      'og:title': 'A title',
      'og:description': 'What it is',
      'og:image': expect.stringMatching(/^mxc:\/\/test\.example\/[\w-]{32}$/),
      'og:image:type': 'image/png',
      'og:image:width': 48,
      'og:image:height': 20,
      'matrix:image:size': png.length,
    });
    const place = JSON.stringify(body['og:image']).replaceAll(/"|mxc:\/\//g, '');
    const download = await fetch(`${homeserver.baseUrl}/_matrix/client/v1/media/download/${place}`, {
      headers: { authorization: `Bearer ${anna.accessToken}` },
    });
    expect(Buffer.from(await download.arrayBuffer()).equals(png)).toBe(true);
    expect(asked).toEqual(['/a', '/pictures/one.png']);
  });

  test('is looked at once an hour, however many ask, and under the earlier path too', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(async () => preview(at('/often'))));
    for (const { body } of answers) expect(body).toEqual({ 'og:title': 'A page' });
    const earlier = `/_matrix/media/v3/preview_url?url=${encodeURIComponent(at('/often#part'))}`;
    expect(await homeserver.as(anna).get(earlier)).toEqual({ 'og:title': 'A page' });
    expect(asked).toEqual(['/often']);
    homeserver.clock.advance(60 * 60 * 1000);
    await preview(at('/often'));
    expect(asked).toEqual(['/often', '/often']);
  });

  test('that is a picture is its own preview', async () => {
    const png = await picture();
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    expect((await preview(at('/one.png'))).body).toMatchObject({
      'og:image:width': 48,
      'matrix:image:size': png.length,
    });
  });

  test('may redirect, but not for ever, and not to where it may not be looked at', async () => {
    answer = (request, response) => {
      const left = Number(request.url?.slice('/redirect'.length));
      if (left === 0) page('<title>there</title>')(request, response);
      else response.writeHead(302, { location: `/redirect${left - 1}` }).end();
    };
    expect((await preview(at('/redirect3'))).body).toEqual({ 'og:title': 'there' });
    asked = [];
    expect((await preview(at('/redirect1000'))).status).toBe(502);
    expect(asked.length).toBeLessThanOrEqual(6);
    answer = (_request, response) => response.writeHead(302, { location: `http://denied.localhost:${port}/` }).end();
    asked = [];
    expect((await preview(at('/away'))).status).toBe(502);
    expect(asked).toEqual(['/away']);
  });

  test.each([
    ['denied', 'http://denied.localhost/', 403],
    ['no address', 'not a url', 400],
    ['not of the web', 'file:///etc/passwd', 400],
    ['with a password', 'http://user:secret@127.0.0.1/', 400],
    ['too long', `http://127.0.0.1/${'a'.repeat(3000)}`, 400],
  ])('that is %s is refused', async (_what, url, status) => {
    expect((await preview(url)).status).toBe(status);
    expect(connections).toBe(0);
  });

  test('of a server without previews is not looked at', async () => {
    const other = await startHomeserver();
    expect(await preview(at('/a'), other, await other.register('anna'))).toMatchObject({
      status: 404,
      body: { errcode: 'M_UNRECOGNIZED' },
    });
    expect(connections).toBe(0);
    await other.stop();
  });
});

describe('a hostile page', () => {
  test.each<[string, RequestListener]>([
    ['of another type', page('{}', 'application/json')],
    ['with an error', (_request, response) => response.writeHead(500).end()],
    [
      'that is packed, and would be large when unpacked',
      (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(50 * 1024 * 1024))),
    ],
    [
      'of a gigabyte',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'that promises a gigabyte and sends nothing',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': String(1024 ** 3) });
        response.write('x');
      },
    ],
    [
      'that comes a byte at a time',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const drip = setInterval(() => response.write('x'), 100);
        response.on('close', () => clearInterval(drip));
      },
    ],
    ['that never answers', () => undefined],
  ])('%s has no preview, soon', async (what, listener) => {
    answer = listener;
    const before = performance.now();
    expect(await preview(at(`/${encodeURIComponent(what)}`))).toMatchObject({
      status: 502,
      body: { errcode: 'M_UNKNOWN' },
    });
    expect(performance.now() - before).toBeLessThan(8_000);
  });

  test('with a picture that is none is told without it', async () => {
    answer = (request, response) =>
      request.url === '/p'
        ? page('<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/png')(request, response)
        : page('<title>A</title><meta property="og:image" content="/p">')(request, response);
    expect((await preview(at('/without'))).body).toEqual({ 'og:title': 'A' });
  });
});

describe('the own network', () => {
  let guarded: TestHomeserver;
  let user: TestUser;
  beforeAll(async () => {
    guarded = await startHomeserver({ urlPreviews: { allow: ['*'], deny: [] }, features: { privateAddresses: false } });
    user = await guarded.register('anna');
  });
  afterAll(async () => guarded.stop());

  const HOSTS = [
    ...[
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '017700000001',
      '127.0.0.1.',
    ],
    ...['0.0.0.0', '0', '0x0', 'localhost', 'LOCALHOST', 'localhost.', 'sub.localhost', '127.255.255.254'],
    ...[
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
    ],
    ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fec0::1]'],
    ...['[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '[100::1]'],
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.255'],
    ...[
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '169.254.0.1',
      '100.64.0.1',
      '100.127.255.254',
      '100.100.100.200',
    ],
    ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.9'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['①②⑦.⓪.⓪.①', '127。0。0。1', '127%2e0%2e0%2e1', 'ⓛocalhost'],
  ];

  test('has sixty addresses and more, of which none is connected to, and all answer alike', async () => {
    expect(HOSTS.length).toBeGreaterThanOrEqual(60);
    const answers = new Set<string>();
    for (const host of HOSTS) {
      const { status, body } = await preview(`http://${host}:${port}/`, guarded, user);
      answers.add(`${status} ${JSON.stringify(body['errcode'])}`);
    }
    expect([...answers]).toEqual(['502 "M_UNKNOWN"']);
    expect(connections).toBe(0);
  });
});

test('what was fetched for a message goes with it', async () => {
  const asAnna = homeserver.as(anna);
  const asAdmin = homeserver.as(await homeserver.registerAdministrator('admin'));
  const roomId = await asAnna.createRoom();
  await asAnna.send(roomId, `Siehe ${at('/purged')}, und ${at('/named')}`);
  await asAnna.send(roomId, 'Ende');
  for (const path of ['/purged', '/named', '/other']) await preview(at(path));
  asked = [];
  const { purge_id: id } = await asAdmin.post<{ purge_id: string }>(
    `/_synapse/admin/v1/purge_history/${encodeURIComponent(roomId)}`,
    { purge_up_to_ts: homeserver.clock.nowMs() + 1, delete_local_events: true },
  );
  await expect
    .poll(async () => (await asAdmin.get<{ status: string }>(`/_synapse/admin/v1/purge_history_status/${id}`)).status)
    .toBe('complete');
  for (const path of ['/purged', '/named', '/other']) await preview(at(path));
  expect(asked).toEqual(['/purged', '/named']);
});
