import { useState, type ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { NoticeItem } from '../../model/timeline-item.ts';
import { noticeText } from './notice-text.ts';

/** More than this many in a row are folded away. */
const SHOWN = 3;

export function NoticesRow({ notices }: { readonly notices: readonly NoticeItem[] }): ReactElement {
  const { t } = useI18n();
  const [isOpen, setOpen] = useState(false);
  const isFolded = notices.length > SHOWN && !isOpen;
  const shown = isFolded ? notices.slice(0, 1) : notices;
  return (
    <div className="st-notices">
      {shown.map(({ key, notice }) => (
        <p key={key}>{noticeText(notice, t)}</p>
      ))}
      {isFolded && (
        <button type="button" className="st-link-button" onClick={() => setOpen(true)}>
          {t('notice.more', { count: notices.length - 1 })}
        </button>
      )}
    </div>
  );
}
