import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { Person } from '../../model/person.ts';

/** Never announced: it would talk over everything. */
export function TypingLine({ people }: { readonly people: readonly Person[] }): ReactElement {
  const { t } = useI18n();
  const [first, second] = people;
  const text =
    first === undefined
      ? ''
      : second === undefined
        ? t('typing.one', { name: first.name })
        : people.length === 2
          ? t('typing.two', { first: first.name, second: second.name })
          : t('typing.many', { count: people.length });
  return (
    <p className="st-typing" data-testid="typing">
      {text !== '' && (
        <>
          <span className="st-typing__dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {text}
        </>
      )}
    </p>
  );
}
