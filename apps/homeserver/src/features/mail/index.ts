export { readMailLanguage } from './language.ts';
export { Mail } from './service.ts';
export { type MailLanguage, type MailSettings } from './settings.ts';
export type { MailKind } from './templates/template.ts';
