/**
 * Globs of the Matrix specification: `*` stands for any run of characters, `?` for exactly one, anything else for itself.
 * A pattern is cut at its stars; each piece is looked for once, from left to right, and the leftmost place is always a
 * right one, so there is no backtracking and no regular expression made from somebody's data. The cost is the text's
 * length times the longest piece at the very worst.
 * https://spec.matrix.org/v1.19/appendices/#glob-style-matching
 */

/** Code points, or anything that reads like a list of them. */
export type CodePoints = ArrayLike<number>;

/** In a piece of a pattern: what `?` becomes. No code point is negative. */
const anyCharacter = -1;

/** The code points of a text; a `?` matches one of these, not half of an emoji. */
export function codePointsOf(text: string): CodePoints {
  // Each step of a string's iterator is one code point.
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** Lower case; not locale dependent. What "case-insensitive" means is left to the server by the specification. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

/** Whether the whole text matches the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  return matchesWhole(piecesOf(pattern), codePointsOf(text));
}

/** Whether the whole text matches the pattern when case does not count. */
export function matchesGlobIgnoringCase(pattern: string, text: string): boolean {
  return matchesGlob(foldCase(pattern), foldCase(text));
}

/**
 * Whether some part of the text that starts and ends at a word boundary matches the pattern when case does not count, as
 * push rules match `content.body`. A boundary is an end of the text or beside a character that is not `[A-Za-z0-9_]`.
 * https://spec.matrix.org/v1.19/client-server-api/#conditions-1
 */
export function matchesGlobAsWords(pattern: string, text: string): boolean {
  return matchesWords(piecesOf(foldCase(pattern)), codePointsOf(foldCase(text)));
}

/** The pieces of a pattern between its stars, first and last included, as code points. */
export function piecesOf(pattern: string): readonly CodePoints[] {
  const questionMark = 0x3f;
  return pattern.split('*').map((piece) =>
    Array.from(piece, (character) => {
      const codePoint = character.codePointAt(0) ?? 0;
      return codePoint === questionMark ? anyCharacter : codePoint;
    }),
  );
}

/** {@link matchesGlob} on a prepared pattern and text. */
export function matchesWhole(pieces: readonly CodePoints[], text: CodePoints): boolean {
  const [first = [], last] = endsOf(pieces);
  if (!isAt(first, text, 0)) return false;
  if (last === undefined) return first.length === text.length;
  const afterMiddle = findMiddle(pieces, text, first.length);
  const lastStart = text.length - last.length;
  return afterMiddle !== undefined && lastStart >= afterMiddle && isAt(last, text, lastStart);
}

/** {@link matchesGlobAsWords} on a prepared pattern and text, both in folded case. A plain text is one literal piece. */
export function matchesWords(pieces: readonly CodePoints[], text: CodePoints): boolean {
  const [first = [], last] = endsOf(pieces);
  const endsHere = (piece: CodePoints) => (start: number) => isBoundary(text, start + piece.length);
  const startsHere = (start: number): boolean => isBoundary(text, start);
  if (last === undefined) {
    return find(first, text, 0, (start) => startsHere(start) && endsHere(first)(start)) !== undefined;
  }
  const start = find(first, text, 0, startsHere);
  const afterMiddle = start === undefined ? undefined : findMiddle(pieces, text, start + first.length);
  return afterMiddle !== undefined && find(last, text, afterMiddle, endsHere(last)) !== undefined;
}

function endsOf(pieces: readonly CodePoints[]): readonly [CodePoints | undefined, CodePoints | undefined] {
  return [pieces[0], pieces.length > 1 ? pieces.at(-1) : undefined];
}

/** Where the text goes on after all pieces but the first and the last. */
function findMiddle(pieces: readonly CodePoints[], text: CodePoints, from: number): number | undefined {
  let position = from;
  for (const piece of pieces.slice(1, -1)) {
    const start = find(piece, text, position, () => true);
    if (start === undefined) return undefined;
    position = start + piece.length;
  }
  return position;
}

function find(
  piece: CodePoints,
  text: CodePoints,
  from: number,
  accepts: (start: number) => boolean,
): number | undefined {
  for (let start = from; start + piece.length <= text.length; start++) {
    if (accepts(start) && isAt(piece, text, start)) return start;
  }
  return undefined;
}

function isAt(piece: CodePoints, text: CodePoints, start: number): boolean {
  if (start + piece.length > text.length) return false;
  for (let offset = 0; offset < piece.length; offset++) {
    const expected = piece[offset];
    if (expected !== anyCharacter && expected !== text[start + offset]) return false;
  }
  return true;
}

function isBoundary(text: CodePoints, position: number): boolean {
  return (
    position === 0 ||
    position === text.length ||
    !isWordCharacter(text[position - 1]) ||
    !isWordCharacter(text[position])
  );
}

function isWordCharacter(codePoint: number | undefined): boolean {
  if (codePoint === undefined) return false;
  const isDigit = codePoint >= 0x30 && codePoint <= 0x39;
  const isUpper = codePoint >= 0x41 && codePoint <= 0x5a;
  const isLower = codePoint >= 0x61 && codePoint <= 0x7a;
  return isDigit || isUpper || isLower || codePoint === 0x5f;
}
