import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMailDomainEntry, parseEmail } from '@stafette/protocol';
import type { MailSettings } from '../features/mail/index.ts';
import type { Address } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Setting } from './settings-source.ts';

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`mail.authorities: the file ${path} cannot be read`]);
  }
}

/** The settings below `mail`; undefined when no relay is named. Relative paths start at `base`. */
export function loadMail(settings: ReadonlyMap<string, Setting>, base: string): MailSettings | undefined {
  const valueOf = (name: string): unknown => settings.get(`mail.${name}`)?.value;
  const textOf = (name: string): string | undefined => {
    const value = valueOf(name);
    return typeof value === 'string' ? value : undefined;
  };
  const host = textOf('host');
  if (host === undefined) return undefined;
  const from = parseEmail(textOf('from') ?? '');
  if (from === undefined) throw new ConfigError(['mail.from must be set when mail.host is: mail needs a sender']);
  const user = textOf('user');
  const password = textOf('password');
  if ((user === undefined) !== (password === undefined))
    throw new ConfigError(['mail.user and mail.password must be set together']);
  const authorities = textOf('authorities');
  // Checked against its schema when it was read, like the rest below.
  const domains = valueOf('domains') as readonly string[];
  const wrong = domains.find((entry) => !isMailDomainEntry(entry));
  if (wrong !== undefined) throw new ConfigError([`mail.domains: "${wrong}" is not a domain in small letters`]);
  return {
    host,
    port: Number(valueOf('port')),
    security: textOf('security') as 'tls' | 'starttls',
    login: user === undefined || password === undefined ? undefined : { user, password },
    authorities: authorities === undefined ? undefined : readAuthorities(resolve(base, authorities)),
    from,
    language: textOf('language') as MailSettings['language'],
    domains,
    isRequiredAtRegistration: valueOf('required_at_registration') === true,
    linkOrigins: valueOf('link_origins') as readonly string[],
  };
}

/** The relay that a public test suite brings: in the clear, for every address. */
export function conformanceMail(relay: Address | undefined, serverName: string): MailSettings | undefined {
  const from = parseEmail(`noreply@${serverName.replace(/:\d+$/, '')}`) ?? parseEmail('noreply@stafette.invalid');
  if (relay === undefined || from === undefined) return undefined;
  return {
    ...relay,
    security: 'none',
    login: undefined,
    authorities: undefined,
    from,
    language: 'en',
    domains: undefined,
    isRequiredAtRegistration: false,
    linkOrigins: undefined,
  };
}
