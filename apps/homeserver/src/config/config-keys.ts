import type { TSchema } from 'typebox';
import { configSchema } from './schema.ts';
import type { KeyDocumentation } from './schema/key-types.ts';

/** One key of the file: either a group of further keys or a value. */
export interface ConfigKey {
  readonly path: readonly string[];
  readonly schema: TSchema;
  /** The variable that overrides it; undefined for groups and maps. */
  readonly variable: string | undefined;
}

interface ObjectShape {
  readonly properties: Readonly<Record<string, TSchema>>;
}

/** The keys below a group's schema; undefined when it is not a group. */
export function groupKeys(schema: TSchema): Readonly<Record<string, TSchema>> | undefined {
  return 'properties' in schema && !('patternProperties' in schema)
    ? (schema as unknown as ObjectShape).properties
    : undefined;
}

/** Whether a schema is a map with keys of the operator's own. */
export const isMap = (schema: TSchema): boolean => 'patternProperties' in schema || 'additionalProperties' in schema;

/** The documentation members of a schema: TypeBox keeps what it does not know. */
export const documentationOf = (schema: TSchema): KeyDocumentation & { readonly default?: unknown } =>
  // Every schema above is made with these members.
  schema as unknown as KeyDocumentation & { readonly default?: unknown };

/** Every key, groups before what is in them, in the file's order. */
export function listConfigKeys(schema: TSchema = configSchema, path: readonly string[] = []): ConfigKey[] {
  return Object.entries(groupKeys(schema) ?? {}).flatMap(([name, child]) => {
    const childPath = [...path, name];
    const isGroup = groupKeys(child) !== undefined;
    const variable = isGroup || isMap(child) ? undefined : `STAFETTE_${childPath.join('_').toUpperCase()}`;
    return [{ path: childPath, schema: child, variable }, ...listConfigKeys(child, childPath)];
  });
}
