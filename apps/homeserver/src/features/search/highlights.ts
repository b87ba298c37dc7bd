import { foldName } from '../profiles/index.ts';
import type { StoredEvent } from '../room-events/index.ts';

/** Words that are highlighted at most. */
const MAX_HIGHLIGHTS = 100;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(WORD) ?? [];

/** The words in the found texts that the term names, as they are written there: with their accents. */
export function highlightsOf(term: string, events: readonly StoredEvent[]): string[] {
  const wanted = new Set(wordsOf(term).map(foldName));
  const found = new Set<string>();
  for (const { content } of events)
    for (const text of [content['body'], content['name'], content['topic']])
      for (const word of typeof text === 'string' ? wordsOf(text) : [])
        if (wanted.has(foldName(word)) && found.size < MAX_HIGHLIGHTS) found.add(word);
  return [...found];
}
