import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import type { Environment } from '../platform/environment.ts';
import { findValueProblem } from './read-file.ts';
import { documentationOf, listConfigKeys, type ConfigKey } from './config-keys.ts';

/** Where a value came from, shown by `stafette config show`. */
export type Origin = 'default' | 'file' | 'environment' | 'unset';

export interface Setting {
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
  readonly isSecret: boolean;
}

/** Text of the environment as the schema's type; lists are separated by commas. */
function fromText(schema: TSchema, text: string): unknown {
  if ('type' in schema && schema.type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
  if ('type' in schema && schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if ('type' in schema && schema.type === 'array')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return text;
}

function memberOf(value: unknown, name: string): unknown {
  // Own members of a plain object read from YAML.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function readSecret(path: string, problems: string[], source: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    problems.push(`${source}: the file ${path} cannot be read`);
    return undefined;
  }
}

function readVariable(key: ConfigKey, environment: Environment, problems: string[]): unknown {
  const { isSecret, variables = [] } = documentationOf(key.schema);
  for (const name of [...(key.variable === undefined ? [] : [key.variable]), ...variables]) {
    const text = environment[name];
    const file = isSecret === true ? environment[`${name}_FILE`] : undefined;
    const found =
      text !== undefined && text !== ''
        ? text
        : file === undefined || file === ''
          ? undefined
          : readSecret(file, problems, `${name}_FILE`);
    if (found === undefined) continue;
    const value = fromText(key.schema, found);
    const problem = findValueProblem(key.schema, value);
    if (problem === undefined) return value;
    problems.push(`${name} in the environment must be ${problem}`);
  }
  return undefined;
}

function readFromFile(key: ConfigKey, file: unknown, problems: string[]): unknown {
  const parent = key.path.slice(0, -1).reduce(memberOf, file);
  const name = key.path.at(-1) ?? '';
  const value = memberOf(parent, name);
  const secretFile = memberOf(parent, `${name}_file`);
  if (value !== undefined || documentationOf(key.schema).isSecret !== true || typeof secretFile !== 'string')
    return value;
  return readSecret(secretFile, problems, `${key.path.join('.')}_file`);
}

/** The value of each key: the environment before the file before the default. */
export function resolveSettings(
  file: unknown,
  environment: Environment,
): { readonly settings: ReadonlyMap<string, Setting>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const settings = new Map<string, Setting>();
  for (const key of listConfigKeys()) {
    const { default: fallback, isSecret = false } = documentationOf(key.schema);
    if ('properties' in key.schema) continue;
    const path = key.path.join('.');
    const fromEnvironment = readVariable(key, environment, problems);
    const inFile = fromEnvironment === undefined ? readFromFile(key, file, problems) : undefined;
    const origin: Origin =
      fromEnvironment !== undefined
        ? 'environment'
        : inFile !== undefined
          ? 'file'
          : fallback !== undefined
            ? 'default'
            : 'unset';
    settings.set(path, { path, value: fromEnvironment ?? inFile ?? fallback, origin, isSecret });
  }
  return { settings, problems };
}
