import { createContext, use } from 'react';
import { useObservable } from '../observable/use-observable.ts';
import type { Internationalization, Translate } from './i18n.ts';
import type { Language } from './language.ts';

export const I18nContext = createContext<Internationalization | undefined>(undefined);

export interface UsedI18n {
  readonly t: Translate;
  readonly language: Language;
  readonly i18n: Internationalization;
}

export function useI18n(): UsedI18n {
  const i18n = use(I18nContext);
  if (i18n === undefined) throw new Error('There is no language here: the context is missing');
  return { t: i18n.translate, language: useObservable(i18n.language), i18n };
}
