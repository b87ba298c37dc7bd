import { MAX_IDENTIFIER_BYTES } from '@stafette/protocol';

/** A pattern of a registration, as a question about an identifier. */
export type NamespaceTest = (identifier: string) => boolean;

const MAX_PATTERN_CHARS = 1_024;
/**
 * `*`, `+` and `{...}` in one pattern. Each multiplies the time by the length of what is looked at: three over an identifier
 * of 255 characters are some milliseconds at worst.
 */
const MAX_REPETITIONS = 3;
/** `?` in one pattern: each may double the time. */
const MAX_OPTIONS = 6;

const COUNTED = /^\{\d+(?:,\d*)?\}/;

/** Where a group, a class or an escape that begins at `from` leads the scanner; 1 for an ordinary character. */
function classLength(pattern: string, from: number): number {
  let at = from + 1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at + 1 - from;
}

/**
 * Why a pattern is refused: it could keep the server busy for longer than anybody waits. A repetition of what itself repeats
 * or chooses takes exponential time on the wrong text, so there is none; the others are few.
 */
function findDanger(pattern: string): string | undefined {
  // Whether each open group, and the pattern as a whole, repeats or chooses.
  const open = [false];
  let closed = false;
  let repetitions = 0;
  let options = 0;
  for (let at = 0; at < pattern.length;) {
    const char = pattern[at];
    const counted = COUNTED.exec(pattern.slice(at))?.[0];
    let length = 1;
    let isWayward = false;
    if (char === '\\') {
      if (/[1-9k]/.test(pattern[at + 1] ?? '')) return 'it refers back to a group';
      length = 2;
    } else if (char === '[') {
      if (pattern.startsWith('[[:', at)) return 'it has a POSIX class like [[:alnum:]]; write [A-Za-z0-9] instead';
      length = classLength(pattern, at);
    } else if (char === '(') {
      open.push(false);
      length = pattern[at + 1] === '?' ? 2 : 1;
    } else if (char === ')') {
      isWayward = open.pop() ?? false;
      if (isWayward) open[open.length - 1] = true;
    } else if (char === '|') open[open.length - 1] = true;
    else if (char === '*' || char === '+' || counted !== undefined) {
      if (closed) return 'it repeats a group that itself repeats or chooses';
      open[open.length - 1] = true;
      repetitions += 1;
      length = counted?.length ?? 1;
      // A question mark behind it makes it lazy.
      if (pattern[at + length] === '?') length += 1;
    } else if (char === '?') {
      open[open.length - 1] = true;
      options += 1;
    }
    closed = isWayward;
    at += length;
  }
  if (repetitions > MAX_REPETITIONS) return `it has more than ${MAX_REPETITIONS} repetitions`;
  return options > MAX_OPTIONS ? `it has more than ${MAX_OPTIONS} optional parts` : undefined;
}

/**
 * Reads a pattern that an operator wrote. It holds for identifiers that begin as it says, as with other servers: `@_irc_` is
 * the same as `@_irc_.*`. `problem` ends the sentence "the pattern is refused, as ...".
 */
export function readPattern(
  pattern: string,
): { readonly ok: true; readonly test: NamespaceTest } | { readonly ok: false; readonly problem: string } {
  if (pattern === '') return { ok: false, problem: 'it is empty' };
  if (pattern.length > MAX_PATTERN_CHARS)
    return { ok: false, problem: `it is longer than ${MAX_PATTERN_CHARS} characters` };
  const danger = findDanger(pattern);
  if (danger !== undefined) return { ok: false, problem: danger };
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})`);
  } catch {
    return { ok: false, problem: 'it is no regular expression' };
  }
  return { ok: true, test: (identifier) => identifier.length <= MAX_IDENTIFIER_BYTES && expression.test(identifier) };
}
