import { createTransport } from 'nodemailer';
import type { CanonicalEmail } from '@stafette/protocol';
import type { RenderedMail } from './render.ts';
import type { MailSettings } from './settings.ts';

export interface OutgoingMail extends RenderedMail {
  readonly to: CanonicalEmail;
  readonly date: Date;
  readonly messageId: string;
}

/** For connecting, for the greeting, and for silence, ms. */
const TIMEOUT_MS = 10_000;

const securityOf = ({ security, authorities }: MailSettings) =>
  security === 'none'
    ? { secure: false, ignoreTLS: true }
    : {
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        tls: {
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2' as const,
          ...(authorities === undefined ? {} : { ca: authorities }),
        },
      };

/**
 * The only user of the mail library. It gets addresses as objects, never a text to parse, and the recipients that it made
 * of them are compared with the stored address before the relay hears of the mail.
 */
export function createSmtpSender(settings: MailSettings): (mail: OutgoingMail) => Promise<void> {
  const { host, port, login } = settings;
  const from = { name: '', address: settings.from };
  return async ({ to: address, ...mail }) => {
    const transport = createTransport({
      host,
      port,
      ...securityOf(settings),
      ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    transport.use('stream', ({ message }, proceed) => {
      const recipients = message.getEnvelope().to;
      const isUnchanged = recipients.length === 1 && recipients[0] === address;
      proceed(isUnchanged ? null : new Error('The mail library would write to another address'));
    });
    const to = { name: '', address };
    await transport.sendMail({
      envelope: { from, to: [to] },
      from,
      to,
      ...mail,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  };
}
