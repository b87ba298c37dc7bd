import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';
import { readPage } from './read-page.ts';
import { mayPreview } from './url-filter.ts';

const read = (html: string): object => Object.fromEntries(readPage(html));

test('properties are read, and a title and description from elsewhere where there are none', () => {
  expect(
    read(`<!doctype html><html><head><title> A &amp; B
      </title><meta name="description" content="plain"><META PROPERTY='og:type' CONTENT=article>
      <meta property="og:image" content="/a.png"><meta property="og:image" content="/b.png">
      <meta property="og:bad name" content="x"><meta property="og:empty" content=" ">
      <script>document.write('<meta property="og:title" content="from a script">')</script></head>
      <body><title>not this</title><meta property="og:title" content="nor this"></body></html>`),
  ).toEqual({ 'og:title': 'A & B', 'og:description': 'plain', 'og:type': 'article', 'og:image': '/a.png' });
  expect(read('<title>a</title><meta property="og:title" content="b">')).toEqual({ 'og:title': 'b' });
});

test.each([
  ['nothing', ''],
  ['brackets', '<'.repeat(500_000)],
  ['tags that do not end', '<meta '.repeat(90_000)],
  ['attributes without end', `<meta ${'a=b '.repeat(120_000)}`],
  ['entities', `<title>${'&amp'.repeat(120_000)}</title>`],
  ['comments', '<!--'.repeat(120_000)],
  ['depth', '<div>'.repeat(100_000)],
  ['heads in heads', '<head>'.repeat(85_000)],
  ['quotes', `<meta content="${'"<meta content="'.repeat(30_000)}`],
])('a page of %s is read in no time', (_what, html) => {
  const before = performance.now();
  const properties = readPage(html);
  expect(performance.now() - before).toBeLessThan(500);
  for (const value of properties.values()) expect(value.length).toBeLessThanOrEqual(1000);
});

test.each<[string, Buffer, string]>([
  ['its header', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'text/html; charset=ISO-8859-1'],
  ['itself', Buffer.from('<meta charset="windows-1252">Gr\xfc\xdfe', 'latin1'), 'text/html'],
  [
    'an http-equiv',
    Buffer.from('<meta http-equiv=c content="text/html; charset=iso-8859-15">Gr\xfc\xdfe', 'latin1'),
    '',
  ],
  ['nothing', Buffer.from('Grüße'), 'text/html'],
  ['a name that nobody knows', Buffer.from('Grüße'), 'text/html; charset=x-none'],
  [
    'a byte order mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße', 'utf16le')]),
    'text/html; charset=utf-8',
  ],
])('the encoding is told by %s', (_what, body, contentType) => {
  expect(decodeText(body, contentType)).toMatch(/Grüße$/);
});

test('sites are allowed and denied with all below them', () => {
  const may = (allow: string[], deny: string[], url: string): boolean => mayPreview({ allow, deny }, new URL(url));
  expect(may(['agency.example'], [], 'https://AGENCY.example/a')).toBe(true);
  expect(may(['agency.example'], [], 'https://news.agency.example./a')).toBe(true);
  expect(may(['agency.example'], [], 'https://notagency.example/a')).toBe(false);
  expect(may(['*'], ['agency.example'], 'https://news.agency.example/a')).toBe(false);
  expect(may(['*'], ['agency.example'], 'https://other.example/a')).toBe(true);
  expect(may([], [], 'https://other.example/a')).toBe(false);
});
