import type { HomeserverOptions } from '@stafette/homeserver';
import { parseEmail } from '@stafette/protocol';
import type { MailSink, ReceivedMail } from './mail-sink.ts';

const SENDER = 'stafette@test.example';

/** The mail of an agency whose people have addresses at `agency.example`, and no account without one. */
export function agencyMail({ host, port }: MailSink): NonNullable<HomeserverOptions['mail']> {
  const from = parseEmail(SENDER);
  if (from === undefined) throw new Error(`${SENDER} is no mail address`);
  return {
    host,
    port,
    security: 'none',
    login: undefined,
    authorities: undefined,
    from,
    language: 'en',
    domains: ['agency.example'],
    isRequiredAtRegistration: true,
    linkOrigins: [],
  };
}

/** The path of the link by which its reader confirms an address; undefined when the mail has none. */
export const confirmationPathIn = ({ content }: ReceivedMail): string | undefined =>
  /(\/_stafette\/v1\/email\/confirm\?[A-Za-z0-9_=&-]+)/.exec(
    content.replaceAll('=\r\n', '').replaceAll('=3D', '='),
  )?.[1];
