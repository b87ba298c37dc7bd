import type { ReactElement } from 'react';

export type AvatarSize = 20 | 28 | 36 | 44 | 64;

/** How many hues `styles/avatar.css` defines. */
const HUES = 8;

/** The same person has the same color everywhere and on each device. */
function hueOf(seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
}

function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
    word === undefined ? '' : String.fromCodePoint(word.codePointAt(0) ?? 0x3f),
  );
  return letters.join('').toLocaleUpperCase() || '?';
}

export interface AvatarProps {
  readonly name: string;
  /** What stays the same when the name changes. */
  readonly seed: string;
  readonly size?: AvatarSize;
  readonly shape?: 'person' | 'room';
}

/** A decoration: the name stands beside it. */
export function Avatar({ name, seed, size = 44, shape = 'person' }: AvatarProps): ReactElement {
  return (
    <span
      className={`st-avatar st-avatar--${size} st-avatar--${shape} st-avatar--hue-${hueOf(seed)}`}
      aria-hidden="true"
      // Drawn by the style sheet: initials are a picture, and no part of what a button is called.
      data-initials={initialsOf(name)}
    />
  );
}
