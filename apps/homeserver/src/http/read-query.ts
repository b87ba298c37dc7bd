import type { TObject, TSchema } from 'typebox';

const readScalar = (schema: TSchema & { type?: string }, text: string): unknown => {
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
};

/**
 * Turns the text of a query string into the types of its schema: numbers, booleans and repeated names. What does not
 * read as its type stays text, which the schema then refuses. Unknown names are dropped, as the specification asks.
 */
export function readQuery(
  schema: TObject,
  raw: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  for (const [name, property] of Object.entries<TSchema & { type?: string; items?: TSchema }>(schema.properties)) {
    const value = raw[name];
    if (value === undefined) continue;
    if (property.type === 'array') {
      query[name] = (Array.isArray(value) ? value : [value]).map((item) => readScalar(property.items ?? {}, item));
    } else {
      const last = Array.isArray(value) ? value.at(-1) : value;
      if (last !== undefined) query[name] = readScalar(property, last);
    }
  }
  return query;
}
