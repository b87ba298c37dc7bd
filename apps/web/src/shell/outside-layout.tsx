import { Logo } from './logo.tsx';
import type { ReactElement, ReactNode } from 'react';
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/language.ts';
import { useI18n } from '../i18n/use-i18n.ts';

/** The frame around everything before the chats: set-up, login, recovery. */
export function OutsideLayout({ children }: { readonly children: ReactNode }): ReactElement {
  const { t, language, i18n } = useI18n();
  return (
    <div className="st-outside">
      <header className="st-outside__header">
        <Logo />
        <nav aria-label={t('settings.language')} className="st-languages">
          {LANGUAGES.map((candidate) => (
            <button
              key={candidate}
              type="button"
              lang={candidate}
              aria-pressed={candidate === language}
              aria-label={`${candidate.toUpperCase()} ${LANGUAGE_NAMES[candidate]}`}
              onClick={() => i18n.choose(candidate)}
            >
              {candidate.toUpperCase()}
            </button>
          ))}
        </nav>
      </header>
      <main className="st-outside__main">{children}</main>
    </div>
  );
}
