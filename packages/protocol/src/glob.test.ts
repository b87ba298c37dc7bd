import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codePointsOf,
  matchesGlob,
  matchesGlobAsWords,
  matchesGlobIgnoringCase,
  matchesWhole,
  piecesOf,
  type CodePoints,
} from './glob.ts';

describe('a glob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', '\u{1F600}', true],
    ['??', '\u{1F600}', false],
    ['lunc?*', 'lunch plans', true],
    ['lunc?*', 'lunc', false],
    ['*.example', 'a.example', true],
    ['*.example', 'a.example.com', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aba', false],
    ['a.b', 'axb', false],
    ['[a]', 'a', false],
    ['a**b', 'ab', true],
    ['*?', '', false],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('regards case only when told', () => {
    expect(matchesGlobIgnoringCase('STRASSE*', 'Strasse 1')).toBe(true);
    expect(matchesGlob('STRASSE*', 'Strasse 1')).toBe(false);
  });

  /** The definition itself, in exponential time. */
  const naive = (pattern: readonly string[], text: readonly string[]): boolean => {
    const [first, ...rest] = pattern;
    if (first === undefined) return text.length === 0;
    if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
    return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1));
  };

  it('agrees with its definition', () => {
    const letter = (...letters: readonly string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 8 });
    fc.assert(
      fc.property(letter('a', 'b', '\u{1F600}', '*', '?', '*'), letter('a', 'b', '\u{1F600}'), (pattern, text) => {
        expect(matchesGlob(pattern.join(''), text.join(''))).toBe(naive(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with its definition between word boundaries', () => {
    const isWord = (character: string | undefined): boolean =>
      character !== undefined && /[A-Za-z0-9_]/.test(character);
    const isBoundary = (text: readonly string[], at: number): boolean =>
      at === 0 || at === text.length || !isWord(text[at - 1]) || !isWord(text[at]);
    const naiveWords = (pattern: readonly string[], text: readonly string[]): boolean =>
      text.concat('').some(
        (_, start) =>
          isBoundary(text, start) &&
          text
            .slice(start)
            .concat('')
            .some(
              (__, length) => isBoundary(text, start + length) && naive(pattern, text.slice(start, start + length)),
            ),
      );
    const letter = (...letters: readonly string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 7 });
    fc.assert(
      fc.property(letter('a', 'b', '-', '*', '?'), letter('a', 'b', '-', ' '), (pattern, text) => {
        expect(matchesGlobAsWords(pattern.join(''), text.join(''))).toBe(naiveWords(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes steps in proportion to the text, also where backtracking would explode', () => {
    const count = (pattern: string, length: number): number => {
      let steps = 0;
      const text = codePointsOf('a'.repeat(length));
      const counted = new Proxy(text, {
        get: (target, key) => {
          if (key !== 'length') steps += 1;
          // The keys that are asked for are indices and `length`.
          return target[key as keyof CodePoints];
        },
      });
      expect(matchesWhole(piecesOf(pattern), counted)).toBe(false);
      return steps;
    };
    for (const pattern of ['*a*a*a*b', `${'*a'.repeat(50)}*b`, '*a*a*b*c']) {
      expect(count(pattern, 10_000)).toBeLessThanOrEqual(10_100);
    }
    expect(count('*aaaaab*', 20_000)).toBeLessThanOrEqual(6 * 20_000);
  });
});

describe('a glob between word boundaries', () => {
  it.each([
    ['ex*ple', 'An example event.', true],
    ['ex*ple', 'exple', true],
    ['ex*ple', 'An exciting triple-whammy', true],
    ['cake', 'pancakes', false],
    ['cake', 'The CAKE!', true],
    ['cake', 'a_cake', false],
    ['cake', 'äcake', true],
    ['tea', 'steam, then tea', true],
    ['!help', 'please!help', true],
    ['caf?', 'un café', true],
    ['', 'a', true],
  ])('%j in %j: %s', (pattern, text, expected) => {
    expect(matchesGlobAsWords(pattern, text)).toBe(expected);
  });
});
