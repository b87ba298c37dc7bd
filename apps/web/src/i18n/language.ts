export const LANGUAGES = ['de', 'fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language calls itself by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { de: 'Deutsch', fr: 'Français', en: 'English' };

/** The first of the browser's languages that we speak. */
export function chooseLanguage(preferred: readonly string[], stored: string | null): Language {
  for (const candidate of [stored ?? '', ...preferred]) {
    const language = LANGUAGES.find((known) => candidate.toLowerCase().split('-')[0] === known);
    if (language) return language;
  }
  return 'en';
}
