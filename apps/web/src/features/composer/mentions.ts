import type { Person } from '../../model/person.ts';
import { folded } from '../../text/folded.ts';

/** Somebody's name is being typed after an `@`. */
export interface MentionQuery {
  /** Where the `@` stands. */
  readonly start: number;
  readonly text: string;
}

const SHOWN = 6;
const QUERY = /(?:^|\s)@([\p{L}\p{N}._-]{0,40})$/u;

export function mentionQueryAt(text: string, caret: number): MentionQuery | undefined {
  const typed = QUERY.exec(text.slice(0, caret))?.[1];
  return typed === undefined ? undefined : { start: caret - typed.length - 1, text: typed };
}

/** Those whose name has a word that begins so. */
export function findPeople(people: readonly Person[], query: string): readonly Person[] {
  const wanted = folded(query);
  const fits = ({ name }: Person): boolean =>
    folded(name)
      .split(/[\s._-]+/)
      .some((word) => word.startsWith(wanted));
  return people.filter(fits).slice(0, SHOWN);
}

/** Those of the chosen whose name is still in the text. */
export const mentionedIn = (text: string, chosen: readonly Person[]): readonly string[] => [
  ...new Set(chosen.filter(({ name }) => text.includes(`@${name}`)).map(({ userId }) => userId)),
];
