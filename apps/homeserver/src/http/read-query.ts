import { invalidParam } from '@stafette/contracts';
import type { TObject, TSchema } from 'typebox';

const readScalar = (schema: TSchema & { type?: string }, text: string): unknown => {
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
};

/**
 * Turns the text of a query string into the types of its schema: numbers, booleans and repeated names. What does not
 * read as its type stays text, which the schema then refuses. Unknown names are dropped, as the specification asks. Of a
 * name that is there twice the last counts, unless `refusesRepeats`. What is there without a value is as good as absent, where
 * it may be: RFC 6749 section 3.1 says so, and many clients write absence like that.
 */
export function readQuery(
  schema: TObject,
  raw: Readonly<Record<string, string | string[] | undefined>>,
  refusesRepeats = false,
): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  const isNeeded = (name: string): boolean => schema.required?.includes(name) === true;
  for (const [name, property] of Object.entries<TSchema & { type?: string; items?: TSchema }>(schema.properties)) {
    const value = raw[name];
    if (value === undefined) continue;
    if (property.type === 'array') {
      query[name] = (Array.isArray(value) ? value : [value]).map((item) => readScalar(property.items ?? {}, item));
    } else {
      if (refusesRepeats && Array.isArray(value)) throw invalidParam('A parameter is there twice');
      const last = Array.isArray(value) ? value.at(-1) : value;
      if (last !== undefined && (last !== '' || isNeeded(name))) query[name] = readScalar(property, last);
    }
  }
  return query;
}
