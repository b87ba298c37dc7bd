import type { ReactElement } from 'react';
import { bodySummary } from '../features/timeline/body-summary.ts';
import type { Announcement } from '../features/timeline/timeline-view-model.ts';
import { useI18n } from '../i18n/use-i18n.ts';

/** Tells people who cannot see the list what has come, apart from the list: that would be read again with each page. */
export function Announcer({ announcement }: { readonly announcement: Announcement | undefined }): ReactElement {
  const { t } = useI18n();
  const text =
    announcement === undefined
      ? ''
      : announcement.kind === 'several'
        ? t('announce.several', { count: announcement.count })
        : t('announce.message', {
            sender: announcement.message.sender.name,
            text: bodySummary(announcement.message.body, t),
          });
  return (
    <div className="st-visually-hidden" aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
}
