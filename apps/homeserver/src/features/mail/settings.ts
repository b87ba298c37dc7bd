import type { CanonicalEmail } from '@stafette/protocol';

export const MAIL_LANGUAGES = ['de', 'fr', 'en'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** Where mail goes out, and to whom. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** `none` speaks in the clear: for a relay that a test suite brings. Both others verify the relay's certificate. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | undefined;
  /** PEM text of the authorities that certify the relay, instead of the well-known ones. */
  readonly authorities: string | undefined;
  readonly from: CanonicalEmail;
  /** For people whose client names none of ours. */
  readonly language: MailLanguage;
  /** Domains whose addresses are admitted, as `mailDomainTable` reads them. Undefined: all. */
  readonly domains: readonly string[] | undefined;
  readonly isRequiredAtRegistration: boolean;
  /** Where people may be led after they confirmed an address, besides this server itself. Undefined: anywhere. */
  readonly linkOrigins: readonly string[] | undefined;
}
