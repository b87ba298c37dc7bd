import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { MessageItem } from '../../model/timeline-item.ts';

export interface ReactionsProps {
  readonly message: MessageItem;
  readonly onToggle: (message: MessageItem, key: string) => void;
}

export function Reactions({ message, onToggle }: ReactionsProps): ReactElement | null {
  const { t } = useI18n();
  if (message.reactions.length === 0) return null;
  return (
    <div className="st-reactions" role="group" aria-label={t('reaction.list')}>
      {message.reactions.map(({ key, senders, ownEventId }) => {
        const names = senders.map(({ name }) => name).join(', ');
        return (
          <button
            key={key}
            type="button"
            className="st-reaction"
            aria-pressed={ownEventId !== undefined}
            aria-label={t('reaction.label', { key, count: senders.length, names })}
            title={names}
            data-testid="reaction"
            data-key={key}
            onClick={() => onToggle(message, key)}
          >
            <span>{key}</span>
            <span>{senders.length}</span>
          </button>
        );
      })}
    </div>
  );
}
