import { type CanonicalEmail, mailDomainTable, type ServerName } from '@stafette/protocol';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { renderMail } from './render.ts';
import type { MailLanguage, MailSettings } from './settings.ts';
import { createSmtpSender } from './smtp.ts';
import type { MailKind } from './templates/template.ts';

export interface Letter {
  readonly to: CanonicalEmail;
  readonly kind: MailKind;
  readonly language: MailLanguage;
  readonly link?: string;
}

const MESSAGE_ID_BYTES = 18;

interface Dependencies {
  readonly settings: MailSettings;
  readonly serverName: ServerName;
  readonly clock: Clock;
  readonly random: Random;
}

/** Mail to people, by the agency's relay. Texts are fixed; the address is all that differs between two recipients. */
export class Mail {
  readonly #d: Dependencies;
  readonly #send: ReturnType<typeof createSmtpSender>;
  readonly #isAdmitted: (email: CanonicalEmail) => boolean;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    const { domains } = dependencies.settings;
    this.#send = createSmtpSender(dependencies.settings);
    this.#isAdmitted = domains === undefined ? () => true : mailDomainTable(domains);
  }

  /** Whether the agency's accounts may have this address. */
  isAdmitted(email: CanonicalEmail): boolean {
    return this.#isAdmitted(email);
  }

  /** Resolves when the relay has taken the mail over. To be called from a job, which tries again. */
  async send({ to, kind, language, link }: Letter): Promise<void> {
    const { clock, random, serverName, settings } = this.#d;
    const [, domain] = settings.from.split('@');
    await this.#send({
      to,
      date: new Date(clock.nowMs()),
      messageId: `<${random.token(MESSAGE_ID_BYTES)}@${domain}>`,
      ...renderMail(kind, language, serverName, link),
    });
  }
}
