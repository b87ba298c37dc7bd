/**
 * HTML for what was written in Markdown, or undefined when it says no more than the text itself. The parser is fetched
 * with the first message that looks like Markdown; where it cannot be, the text goes alone.
 */
export async function markdownToHtml(text: string): Promise<string | undefined> {
  if (!LOOKS_LIKE_MARKDOWN.test(text)) return undefined;
  const module = await import('markdown-it').catch(() => undefined);
  if (module === undefined) return undefined;
  const { default: MarkdownIt } = module;
  // No raw HTML; "javascript:" and its like are no links.
  const parser = new MarkdownIt({ html: false, linkify: false, breaks: true });
  const html = parser.render(text).trim();
  const paragraph = /^<p>(.*)<\/p>$/s.exec(html)?.[1];
  const inner = paragraph === undefined || paragraph.includes('<p>') ? html : paragraph;
  return /<(?!br)/.test(inner) ? inner : undefined;
}

const LOOKS_LIKE_MARKDOWN = /[*_`~#>[\]|]|^\s*(?:[-+]|\d+[.)])\s/m;
