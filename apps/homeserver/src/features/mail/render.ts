import { english } from './templates/english.ts';
import { french } from './templates/french.ts';
import { german } from './templates/german.ts';
import type { MailKind, MailTemplates } from './templates/template.ts';
import type { MailLanguage } from './settings.ts';

const templates: Readonly<Record<MailLanguage, MailTemplates>> = { de: german, fr: french, en: english };

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (letter) => escapes[letter] ?? '');

/** A mail as text and as simple HTML that says the same. `link` is for kinds whose template has one. */
export function renderMail(
  kind: MailKind,
  language: MailLanguage,
  serverName: string,
  link: string | undefined,
): RenderedMail {
  const template = templates[language](serverName)[kind];
  const [first = '', second = '', ...rest] = template.paragraphs;
  const hasLink = template.link !== undefined && link !== undefined;
  const text = [first, second, ...(hasLink ? [link] : []), ...rest, serverName];
  const html = [
    ...[first, second].map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(hasLink ? [`<p><a href="${escapeHtml(link)}">${escapeHtml(template.link)}</a></p>`] : []),
    ...[...rest, serverName].map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
  ];
  return {
    subject: template.subject,
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html><html lang="${language}"><meta charset="utf-8"><body>${html.join('')}</body></html>`,
  };
}
