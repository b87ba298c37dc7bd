import { LoginAttempts } from '../features/identity/index.ts';
import { Mail, readMailLanguage } from '../features/mail/index.ts';
import type { UnreadMails } from '../features/push-delivery/index.ts';
import { AddressValidations, ThirdPartyIds } from '../features/third-party-ids/index.ts';
import type { Basis } from './basis.ts';

/** Mails to one address, however many ask for them. */
const MAILS_PER_ADDRESS = { burst: 5, refillMs: 10 * 60 * 1000 };

/** Mail, and the addresses by which accounts are known. */
export function composeAddresses({ database, clock, random, serverName, features, jobs, options }: Basis) {
  const settings = options.mail;
  const publicUrl = options.publicUrl ?? `https://${serverName}`;
  const mail = settings && new Mail({ settings, serverName, clock, random });
  const validations = new AddressValidations({
    database,
    clock,
    random,
    mail,
    defaultLanguage: settings?.language ?? 'en',
    linkOrigins: settings?.linkOrigins,
    publicUrl,
    mailsPerAddress: new LoginAttempts(clock, features.rateLimits, MAILS_PER_ADDRESS),
    wakeJobs: () => jobs.poke(),
  });
  jobs.register(validations.mailJob);
  const thirdPartyIds = new ThirdPartyIds({ database, clock, validations });
  const unreadMails: UnreadMails | undefined = mail && {
    ownsAddress: async (userId, address) => (await thirdPartyIds.findOwner(address)) === userId,
    send: async (to, language) =>
      mail.send({
        to,
        kind: 'unread-messages',
        language: readMailLanguage(language) ?? settings.language,
        link: publicUrl,
      }),
  };
  return { validations, thirdPartyIds, unreadMails };
}

export type Addresses = ReturnType<typeof composeAddresses>;
