import { parsePageUrl } from './fetch-page.ts';

/** Addresses as they stand in the JSON text of events, up to what ends them there. */
const ADDRESS = /https?:\/\/[^\s"'<>\\^`{|}]+/g;
/** What clients do not take for a part of an address at its end. */
const TRAILING = /[.,:;!?)\]]+$/;

/** The pages of which clients may have asked for previews because of a text. */
export function mentionedPages(text: string): readonly URL[] {
  const found = new Map<string, URL>();
  for (const [address] of text.matchAll(ADDRESS))
    for (const candidate of [address, address.replace(TRAILING, '')]) {
      const url = parsePageUrl(candidate);
      if (url !== undefined) found.set(url.href, url);
    }
  return [...found.values()];
}
