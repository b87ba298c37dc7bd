/** Where the value of the top-level `content` lies in the canonical text of an event, in UTF-16 units. */
export interface ContentSpan {
  readonly from: number;
  readonly to: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function endOfString(text: string, open: number): number {
  for (let at = open + 1; ; at += 1) {
    const close = text.indexOf('"', at);
    if (close < 0) throw new Error('not the canonical text of an event');
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return close;
    at = close;
  }
}

/** Index after the object or array that opens at `open`. Strings may hold brackets, so they are jumped over. */
function endOfNested(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === 0x7b || unit === 0x5b) depth += 1;
    else if (unit === 0x7d || unit === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new Error('not the canonical text of an event');
}

/** Finds the content so that clients can be given it without parsing. The text is one that `canonicalJson` made. */
export function locateContent(text: string): ContentSpan {
  let at = 1;
  while (at < text.length) {
    const keyEnd = endOfString(text, at);
    const isContent = keyEnd - at === 8 && text.startsWith('"content"', at);
    const valueAt = keyEnd + 2;
    const opener = text.charCodeAt(valueAt);
    let end: number;
    if (opener === 0x7b || opener === 0x5b) end = endOfNested(text, valueAt);
    else if (opener === QUOTE) end = endOfString(text, valueAt) + 1;
    else {
      const comma = text.indexOf(',', valueAt);
      end = comma < 0 ? text.length - 1 : comma;
    }
    if (isContent) return { from: valueAt, to: end };
    at = end + 1;
  }
  throw new Error('the event has no content');
}
