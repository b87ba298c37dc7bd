import { MAIL_LANGUAGES, type MailLanguage } from './settings.ts';

/** The first of our languages that an `Accept-Language` header names. */
export function readMailLanguage(header: string | undefined): MailLanguage | undefined {
  for (const range of (header ?? '').split(',', 20)) {
    const primary = range.trim().slice(0, 2).toLowerCase();
    const language = MAIL_LANGUAGES.find((known) => known === primary);
    if (language !== undefined) return language;
  }
  return undefined;
}
