import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { isMap as isYamlMap, isScalar, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { documentationOf, groupKeys } from './config-keys.ts';
import { configSchema, type ConfigFile } from './schema.ts';
import { findSuggestion } from './suggestion.ts';

type Report = (node: unknown, message: string) => void;

/** What is wrong with a value, as the end of "... must be". */
export function findValueProblem(schema: TSchema, value: unknown): string | undefined {
  const { expects, accepts } = documentationOf(schema);
  if (!Value.Check(schema, value)) return expects;
  const texts = (Array.isArray(value) ? value : [value]).filter((member) => typeof member === 'string');
  return texts.every((text) => accepts?.(text) !== false) ? undefined : expects;
}

const secretFileKeys = (keys: Readonly<Record<string, TSchema>>): string[] =>
  Object.entries(keys).flatMap(([name, schema]) => (documentationOf(schema).isSecret === true ? [`${name}_file`] : []));

/** Another place where an unknown key would be right, such as `level` on the top for `log.level`. */
function findElsewhere(name: string, schema: TSchema, path: string): string | undefined {
  for (const [key, child] of Object.entries(groupKeys(schema) ?? {})) {
    const childPath = path === '' ? key : `${path}.${key}`;
    if (key === name) return childPath;
    const deeper = findElsewhere(name, child, childPath);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function checkKey(
  pair: Pair<unknown, unknown>,
  keys: Readonly<Record<string, TSchema>>,
  path: string,
  report: Report,
): void {
  const name = isScalar(pair.key) ? String(pair.key.value) : '';
  const fullName = path === '' ? name : `${path}.${name}`;
  const schema = keys[name];
  if (!schema || !Object.hasOwn(keys, name)) {
    const known = [...Object.keys(keys), ...secretFileKeys(keys)];
    if (known.includes(name)) return;
    const elsewhere = findElsewhere(name, configSchema, '');
    const meant = findSuggestion(name, known) ?? elsewhere;
    report(
      pair.key,
      `unknown key "${fullName}"${meant === undefined ? `. Known here: ${known.join(', ')}` : `. Did you mean "${meant}"?`}`,
    );
    return;
  }
  if (groupKeys(schema)) {
    if (isYamlMap(pair.value)) checkMap(pair.value, schema, fullName, report);
    else if (!isScalar(pair.value) || pair.value.value !== null)
      report(pair.value, `"${fullName}" must hold further keys`);
    return;
  }
  // toJSON of a yaml node is its plain value.
  const value: unknown = (pair.value as Node | null)?.toJSON();
  const problem = findValueProblem(schema, value);
  if (problem !== undefined) report(pair.value ?? pair.key, `"${fullName}" must be ${problem}`);
}

function checkMap(map: YAMLMap<unknown, unknown>, schema: TSchema, path: string, report: Report): void {
  for (const pair of map.items) checkKey(pair, groupKeys(schema) ?? {}, path, report);
}

/** Empty groups (`log:` with nothing below) read as absent. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

/** Checks a configuration file. Problems name the file, line and column, and what was probably meant. */
export function readConfigText(
  text: string,
  fileName: string,
): { readonly file: ConfigFile & Record<string, unknown>; readonly problems: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const problems: string[] = [];
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  for (const error of document.errors) problems.push(`${at(error.pos[0])}: ${error.message}`);
  if (problems.length > 0 || document.contents === null) return { file: {}, problems };
  if (!isYamlMap(document.contents))
    return { file: {}, problems: [`${at(0)}: the file must hold keys and values, like "listen: localhost:8008"`] };
  checkMap(document.contents, configSchema, '', (node, message) => {
    // Only nodes of this document are reported; each has its range.
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    problems.push(`${at(offset)}: ${message}`);
  });
  // Every key was checked above when there are no problems.
  return {
    file: (problems.length > 0 ? {} : withoutNulls(document.toJS())) as ConfigFile & Record<string, unknown>,
    problems,
  };
}
