import { de } from './de.ts';
import { en, type Messages } from './en.ts';
import { fr } from './fr.ts';

export type { Messages } from './en.ts';
export type Language = 'de' | 'en' | 'fr';

const catalogues: Readonly<Record<Language, Messages>> = { de, en, fr };

export const messagesOf = (language: Language): Messages => catalogues[language];

/** Languages that a browser may list. */
const MAX_LANGUAGES = 20;

/** The first language of ours in the order of the person's liking; English when there is none. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const liked = (acceptLanguage ?? '')
    .split(',', MAX_LANGUAGES)
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return {
        language: tag.trim().split('-', 1)[0] ?? '',
        quality: quality === undefined ? 1 : Number(quality.trim().slice(2)),
      };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  return liked.map(({ language }) => language).find(isLanguage) ?? 'en';
}

const isLanguage = (text: string): text is Language => Object.hasOwn(catalogues, text);
