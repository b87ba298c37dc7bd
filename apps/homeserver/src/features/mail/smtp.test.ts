import { createServer } from 'node:net';
import { SeededRandom, startMailSink, type MailSink } from '@stafette/testkit';
import { parseEmail, type CanonicalEmail } from '@stafette/protocol';
import { expect, test } from 'vitest';
import { testCertificate, testKey } from '../../http/testing-certificate.ts';
import type { MailSettings } from './settings.ts';
import { createSmtpSender, type OutgoingMail } from './smtp.ts';

const address = (text: string): CanonicalEmail => parseEmail(text) ?? expect.fail(`${text} is no address`);

const settingsFor = (sink: Pick<MailSink, 'host' | 'port'>, more: Partial<MailSettings> = {}): MailSettings => ({
  host: sink.host,
  port: sink.port,
  security: 'none',
  login: undefined,
  authorities: undefined,
  from: address('stafette@agency.example'),
  language: 'en',
  domains: undefined,
  isRequiredAtRegistration: false,
  linkOrigins: undefined,
  ...more,
});

const mailTo = (to: CanonicalEmail): OutgoingMail => ({
  to,
  date: new Date(0),
  messageId: '<1@agency.example>',
  subject: 'A subject',
  text: 'A text',
  html: '<p>A text</p>',
});

/** Pieces from which addresses are made that two programs read differently. */
const PIECES = [
  ...['a', 'b', 'x', 'evil.com', 'gouv.fr', 'bund.de', '@', '@', '@gouv.fr', '@bund.de', '.', '-', '+', '_', "'"],
  ...['%', '!', '"', '<', '>', '(', ')', ',', ';', ':', '\\', '/', ' ', '\t', '\r\n', '\0', '=?utf-8?q?', '?='],
  ...['RCPT TO:<b@evil.com>', 'group:', '\u3000', '\u3002', '\uff0e', '\uff20', '\u212a', '\u00e4', '\u200b', 'xn--'],
];
const STRINGS = 200_000;

test(
  'of any text that is read as an address, the relay hears exactly its bytes, once',
  { timeout: 300_000 },
  async () => {
    const random = new SeededRandom('hostile addresses');
    const bytes = random.bytes(STRINGS * 8);
    const stored: CanonicalEmail[] = [];
    for (let index = 0; index < STRINGS; index += 1) {
      const [length = 0, ...picks] = bytes.subarray(index * 8, index * 8 + 8);
      const text = picks
        .slice(0, 2 + (length % 6))
        .map((pick) => PIECES[pick % PIECES.length] ?? '')
        .join('');
      const email = parseEmail(text);
      if (email !== undefined) stored.push(email);
    }
    expect(stored.length).toBeGreaterThan(500);
    const sink = await startMailSink();
    const send = createSmtpSender(settingsFor(sink));
    for (const email of stored) await send(mailTo(email));
    expect(sink.received.map(({ recipients }) => recipients)).toEqual(stored.map((email) => [email]));
    for (const { content } of sink.received) expect(content.match(/^(To|Cc|Bcc):/gim)).toHaveLength(1);
    await sink.close();
  },
);

test('a relay that cannot show who it is gets no mail', async () => {
  const sink = await startMailSink({ cert: testCertificate, key: testKey });
  const mail = mailTo(address('anna@agency.example'));
  await expect(createSmtpSender(settingsFor(sink, { security: 'tls' }))(mail)).rejects.toThrow(/certificate/);
  expect([sink.connectionCount(), sink.received]).toEqual([1, []]);
  await createSmtpSender(settingsFor(sink, { security: 'tls', host: 'localhost', authorities: testCertificate }))(mail);
  expect(sink.received.map(({ recipients }) => recipients)).toEqual([['anna@agency.example']]);
  await sink.close();
});

test('a relay that does not encrypt gets no mail', async () => {
  const sink = await startMailSink();
  const send = createSmtpSender(settingsFor(sink, { security: 'starttls' }));
  await expect(send(mailTo(address('anna@agency.example')))).rejects.toThrow(/STARTTLS|TLS/);
  expect(sink.received).toEqual([]);
  await sink.close();
});

test('where nothing listens, the mail is not lost silently', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const port = Number(Object(server.address()).port);
  await new Promise((resolve) => server.close(resolve));
  const send = createSmtpSender(settingsFor({ host: '127.0.0.1', port }));
  await expect(send(mailTo(address('anna@agency.example')))).rejects.toThrow(/ECONNREFUSED/);
});
