import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Listener, type RequestHandler } from './listener.ts';
import { testCertificate, testKey } from './testing-certificate.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close(0);
});

async function open(handler?: RequestHandler): Promise<{ listener: Listener; port: number; url: string }> {
  const listener = new Listener();
  listeners.push(listener);
  if (handler) listener.use(handler);
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  return { listener, port, url: `http://127.0.0.1:${port}/` };
}

const says =
  (text: string): RequestHandler =>
  (_request, response) =>
    void response.end(text);

test('another application answers from one request to the next, on the same connection', async () => {
  const { listener, url } = await open(says('set-up'));
  expect(await (await fetch(url)).text()).toBe('set-up');
  listener.use(says('complete'));
  expect(await (await fetch(url)).text()).toBe('complete');
});

test('before there is an application, clients are told to come back', async () => {
  const { url } = await open();
  const response = await fetch(url);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ errcode: 'M_UNKNOWN' });
});

test('localhost answers on the loopback address of both kinds', async () => {
  const listener = new Listener();
  listeners.push(listener);
  listener.use(says('here'));
  const port = await listener.listen({ host: 'localhost', port: 0 });
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
  expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('here');
});

test('with a certificate it speaks TLS', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'stafette-tls-'));
  const tls = { certificateFile: join(directory, 'certificate.pem'), keyFile: join(directory, 'key.pem') };
  writeFileSync(tls.certificateFile, testCertificate);
  writeFileSync(tls.keyFile, testKey);
  const listener = new Listener();
  listeners.push(listener);
  listener.use(says('secret'));
  const port = await listener.listen({ host: '127.0.0.1', port: 0, tls });
  rmSync(directory, { recursive: true });
  const answer = await new Promise<string>((resolve, reject) => {
    httpsRequest({ port, host: '127.0.0.1', ca: testCertificate, agent: false }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    })
      .once('error', reject)
      .end();
  });
  expect(answer).toBe('secret');
});

test('a port that is taken is an error', async () => {
  const { port } = await open();
  await expect(new Listener().listen({ host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE');
});

test('closing lets an answer in progress finish', async () => {
  const arrived = Promise.withResolvers<() => void>();
  const { listener, url } = await open((_request, response) => arrived.resolve(() => response.end('late')));
  const answer = fetch(url).then(async (response) => response.text());
  const finish = await arrived.promise;
  const closed = listener.close(10_000);
  finish();
  expect(await answer).toBe('late');
  await closed;
});

test('closing cuts what does not finish', async () => {
  const arrived = Promise.withResolvers<void>();
  const { listener, port } = await open(() => arrived.resolve());
  const failed = new Promise<string>((resolve) =>
    httpRequest({ port, host: '127.0.0.1' })
      .on('error', (error) => resolve(error.message))
      .end(),
  );
  await arrived.promise;
  await listener.close(10);
  expect(await failed).toContain('hang up');
});

test.each([
  ['nonsense', 'NONSENSE\r\n\r\n', '400'],
  ['headers of more than 16 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    '400',
  ],
])('%s gets a readable refusal', async (_name, bytes, status) => {
  const { port } = await open(says('fine'));
  const text = await new Promise<string>((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket
      .on('data', (chunk) => (received += chunk.toString()))
      .on('error', () => resolve(received))
      .on('close', () => resolve(received));
  });
  expect(text).toContain(`HTTP/1.1 ${status}`);
  expect(text).toContain('"errcode":"M_UNKNOWN"');
});
