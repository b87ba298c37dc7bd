import type { Internationalization } from '../i18n/i18n.ts';
import { chooseLanguage, type Language } from '../i18n/language.ts';

const KEY = 'stafette.language';

export const initialLanguage = (): Language => chooseLanguage(navigator.languages, localStorage.getItem(KEY));

/** Keeps the page's language attribute and the next visit in step with the choice. */
export function followLanguage(i18n: Internationalization): void {
  const apply = (): void => {
    document.documentElement.lang = i18n.language.get();
  };
  i18n.language.subscribe(() => {
    localStorage.setItem(KEY, i18n.language.get());
    apply();
  });
  apply();
}
