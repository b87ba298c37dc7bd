import { createHash } from 'node:crypto';
import { encodeTextArray, isTextArray } from './text-array.ts';

/** A parametrised SQL statement. Made only by the {@link sql} template, so text from outside can only be a parameter. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Name of the prepared statement, derived from the text; every connection plans each text once. */
  readonly name: string;
}

/** A piece of a statement that can be put into another one. */
export interface SqlFragment {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
  readonly isSqlFragment: true;
}

const namesByText = new Map<string, string>();

function nameOf(text: string): string {
  let name = namesByText.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
    namesByText.set(text, name);
  }
  return name;
}

const isFragment = (value: unknown): value is SqlFragment =>
  typeof value === 'object' && value !== null && 'isSqlFragment' in value;

/** A value as the driver gets it; `after` is the piece of the statement behind it, which tells its type. */
const parameterOf = (value: unknown, after: string | undefined): unknown =>
  after?.startsWith('::text[]') && isTextArray(value) ? encodeTextArray(value) : value;

const textsByStrings = new WeakMap<readonly string[], { readonly text: string; readonly name: string }>();

/**
 * `sql\`select ... where id = ${id}\`` becomes text with `$1` and its values. A fragment made by {@link fragment} is
 * spliced in with its own parameters. Arrays are parameters: `= any(${ids})`, `unnest(${names}::text[])`.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  if (!values.some(isFragment)) {
    let known = textsByStrings.get(strings);
    if (known === undefined) {
      const text = strings.reduce((joined, part, index) => `${joined}$${index}${part}`);
      known = { text, name: nameOf(text) };
      textsByStrings.set(strings, known);
    }
    return {
      text: known.text,
      name: known.name,
      values: values.map((value, index) => parameterOf(value, strings[index + 1])),
    };
  }
  const flatValues: unknown[] = [];
  let text = '';
  const append = (parts: readonly string[], partValues: readonly unknown[]): void => {
    parts.forEach((part, index) => {
      text += part;
      if (index >= partValues.length) return;
      const value = partValues[index];
      if (isFragment(value)) append(value.strings, value.values);
      else text += `$${flatValues.push(parameterOf(value, parts[index + 1]))}`;
    });
  };
  append(strings, values);
  return { text, values: flatValues, name: nameOf(text) };
}

/** A reusable piece of SQL; a table's owner exports these for others to join. */
export function fragment(strings: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment {
  return { strings, values, isSqlFragment: true };
}
