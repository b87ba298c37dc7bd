/**
 * HTML for what was written in Markdown, or undefined when it says no more than the text itself. The parser is fetched
 * with the first message that looks like Markdown.
 */
export async function markdownToHtml(text: string): Promise<string | undefined> {
  if (!LOOKS_LIKE_MARKDOWN.test(text)) return undefined;
  const { default: MarkdownIt } = await import('markdown-it');
  // No raw HTML; "javascript:" and its like are no links.
  const parser = new MarkdownIt({ html: false, linkify: false, breaks: true });
  const html = parser.render(text).trim();
  const paragraph = /^<p>(.*)<\/p>$/s.exec(html)?.[1];
  const inner = paragraph === undefined || paragraph.includes('<p>') ? html : paragraph;
  return /<(?!br)/.test(inner) ? inner : undefined;
}

const LOOKS_LIKE_MARKDOWN = /[*_`~#>[\]|]|^\s*(?:[-+]|\d+[.)])\s/m;
