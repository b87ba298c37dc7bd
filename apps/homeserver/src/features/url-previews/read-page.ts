import { Parser } from 'htmlparser2';

/** What a page says about itself: `og:` properties, with title and description from elsewhere where it has none. */
export type PageProperties = ReadonlyMap<string, string>;

/** The head of a page is near its beginning. */
const MAX_CHARS = 512 * 1024;
/** Elements of a head. The parser's time grows with the square of their depth, so that there is an end to them. */
const MAX_ELEMENTS = 5_000;
/** What is read at once; nothing is read once the head has ended. */
const CHUNK_CHARS = 4_096;
const MAX_PROPERTIES = 40;
const MAX_VALUE_CHARS = 1000;
const OG_NAME = /^og:[a-z0-9_:-]{1,60}$/;

const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_VALUE_CHARS).toWellFormed();

/** Reads the head in one pass and builds no document. */
export function readPage(html: string): PageProperties {
  const og = new Map<string, string>();
  const plain = new Map<string, string>();
  let title = '';
  let isInTitle = false;
  let isInBody = false;
  let elements = 0;
  const put = (to: Map<string, string>, name: string, value: string): void => {
    // The first of several is the main one.
    if (value !== '' && !to.has(name) && to.size < MAX_PROPERTIES) to.set(name, value);
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      elements += 1;
      if (name === 'body' || elements > MAX_ELEMENTS) isInBody = true;
      if (isInBody) return;
      if (name === 'title') isInTitle = true;
      if (name !== 'meta') return;
      const property = (attributes['property'] ?? attributes['name'] ?? '').toLowerCase();
      const value = tidy(attributes['content'] ?? '');
      if (OG_NAME.test(property)) put(og, property, value);
      else if (property === 'description') put(plain, 'og:description', value);
    },
    ontext(text) {
      if (isInTitle && title.length < MAX_VALUE_CHARS) title += text;
    },
    onclosetag(name) {
      if (name !== 'title' || !isInTitle) return;
      isInTitle = false;
      put(plain, 'og:title', tidy(title));
    },
  });
  const size = Math.min(html.length, MAX_CHARS);
  for (let at = 0; at < size && !isInBody; at += CHUNK_CHARS)
    parser.write(html.slice(at, Math.min(size, at + CHUNK_CHARS)));
  parser.end();
  for (const [name, value] of plain) if (!og.has(name)) og.set(name, value);
  return og;
}
