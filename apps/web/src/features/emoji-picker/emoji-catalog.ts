import type { Language } from '../../i18n/language.ts';

export interface CatalogEmoji {
  readonly symbol: string;
  readonly name: string;
  /** Lower case: name and tags, for the search. */
  readonly words: string;
}

export interface EmojiGroup {
  readonly id: number;
  readonly emojis: readonly CatalogEmoji[];
}

interface CompactEmoji {
  readonly unicode: string;
  readonly label: string;
  readonly group?: number | undefined;
  readonly order?: number | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Skin tones and hair are parts, not emojis. */
const COMPONENTS_GROUP = 2;

/** Each language's names are a file of their own, fetched when first needed. */
async function loadCompact(language: Language): Promise<readonly CompactEmoji[]> {
  switch (language) {
    case 'de':
      return (await import('emojibase-data/de/compact.json')).default;
    case 'fr':
      return (await import('emojibase-data/fr/compact.json')).default;
    case 'en':
      return (await import('emojibase-data/en/compact.json')).default;
  }
}

export async function loadEmojiGroups(language: Language): Promise<readonly EmojiGroup[]> {
  const groups = new Map<number, Array<CatalogEmoji & { readonly order: number }>>();
  for (const { unicode, label, group, order, tags } of await loadCompact(language)) {
    if (group === undefined || group === COMPONENTS_GROUP) continue;
    const emojis = groups.get(group) ?? [];
    emojis.push({
      symbol: unicode,
      name: label,
      words: [label, ...(tags ?? [])].join(' ').toLocaleLowerCase(),
      order: order ?? 0,
    });
    groups.set(group, emojis);
  }
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([id, emojis]) => ({ id, emojis: emojis.toSorted((a, b) => a.order - b.order) }));
}

export function findEmojis(groups: readonly EmojiGroup[], query: string): readonly CatalogEmoji[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .flatMap(({ emojis }) => emojis)
    .filter((emoji) => words.every((word) => emoji.words.includes(word)))
    .slice(0, 120);
}
