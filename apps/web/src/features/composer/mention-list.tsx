import { Avatar } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { Suggestions } from './composer-view-model.ts';

export interface MentionListProps {
  readonly id: string;
  readonly suggestions: Suggestions;
  readonly onTake: (index: number) => void;
}

/** The focus stays in the text; what is active here is told by the text field. */
export function MentionList({ id, suggestions, onTake }: MentionListProps): ReactElement {
  const { t } = useI18n();
  return (
    <ul id={id} className="st-mentions" role="listbox" aria-label={t('composer.mentions')} data-testid="mentions">
      {suggestions.people.map(({ userId, name }, index) => (
        <li
          key={userId}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === suggestions.activeIndex}
          className="st-mention"
          data-testid="mention"
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          <Avatar name={name} seed={userId} size={28} />
          {name}
        </li>
      ))}
    </ul>
  );
}
