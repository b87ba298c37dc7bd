import type { Translate } from '../../i18n/i18n.ts';
import type { MessageBody } from '../../model/timeline-item.ts';

/** Line breaks and the marks of Markdown say nothing in one plain line. */
export const inOneLine = (text: string): string => text.replaceAll(/\*\*|__|`/g, '').replaceAll(/\s+/g, ' ');

/** A message in one line: for replies, labels and announcements. */
export function bodySummary(body: MessageBody, t: Translate): string {
  switch (body.kind) {
    case 'text':
      return inOneLine(body.text).slice(0, 150);
    case 'image':
      return body.caption ?? t('preview.image');
    case 'file':
      return `${t('preview.file')}: ${body.file.name}`;
    case 'deleted':
      return t('preview.deleted');
    case 'waiting':
      return t('preview.waiting');
    case 'verification':
      return t('preview.verification');
    case 'unsupported':
      return t('preview.other');
  }
}
