import type { TSchema } from 'typebox';

/** What TypeBox writes of a schema, as far as it matters here. */
interface SchemaParts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaParts>>;
  readonly required?: readonly string[];
  readonly items?: SchemaParts;
  readonly anyOf?: readonly SchemaParts[];
}

type Omit = (value: unknown) => void;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One without a type takes anything. */
const takesNull = ({ type, anyOf }: SchemaParts): boolean =>
  anyOf === undefined ? type === undefined || type === 'null' : anyOf.some(takesNull);

function omitterOf({ properties, required = [], items }: SchemaParts): Omit | undefined {
  const inItems = items && omitterOf(items);
  if (inItems !== undefined) return (value) => void (Array.isArray(value) && value.forEach(inItems));
  const members = Object.entries(properties ?? {});
  const droppable = members.flatMap(([name, part]) => (required.includes(name) || takesNull(part) ? [] : [name]));
  const inside = members.flatMap(([name, part]) => {
    const omit = omitterOf(part);
    return omit === undefined ? [] : [{ name, omit }];
  });
  if (droppable.length + inside.length === 0) return undefined;
  return (value) => {
    if (!isObject(value)) return;
    for (const name of droppable) if (value[name] === null) delete value[name];
    for (const { name, omit } of inside) omit(value[name]);
  };
}

/**
 * Takes out of a body what is null where it may be absent: many clients write absence like that. Where null means
 * something, the schema says so. Undefined for schemas that have nothing of the kind, such as those of an event's content.
 */
export function nullOmitter(schema: TSchema): Omit | undefined {
  // A schema is what is described above; TypeBox types it by what it describes.
  return omitterOf(schema as SchemaParts);
}
