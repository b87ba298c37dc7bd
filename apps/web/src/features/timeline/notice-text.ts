import type { Translate } from '../../i18n/i18n.ts';
import type { RoomNotice } from '../../model/timeline-item.ts';

export function noticeText(notice: RoomNotice, t: Translate): string {
  switch (notice.kind) {
    case 'joined':
    case 'left':
    case 'declined':
      return t(`notice.${notice.kind}`, { name: notice.subject.name });
    case 'invited':
    case 'withdrawn':
    case 'removed':
    case 'banned':
    case 'unbanned':
      return t(`notice.${notice.kind}`, { name: notice.subject.name, by: notice.by.name });
    case 'created':
    case 'encrypted':
      return t(`notice.${notice.kind}`, { by: notice.by.name });
    case 'renamed':
      return t('notice.renamed', { by: notice.by.name, name: notice.name });
    case 'named-self':
      return t('notice.namedSelf', { from: notice.from, to: notice.to });
    case 'topic':
      return t('notice.topic', { by: notice.by.name, topic: notice.topic });
  }
}
