import type { EndpointDefinition } from '@stafette/contracts';
import type { SeededRandom } from '@stafette/testkit';

/** The parts of JSON Schema that contracts use. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values for members by their name: what makes a generated request reach deeper than the first identifier. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

export interface GenerateOptions {
  readonly random: SeededRandom;
  readonly known: KnownValues;
  /** Chance in percent that an optional member is there. */
  readonly optionalPercent: number;
}

const WORDS = [
  'a',
  'm.room.message',
  'm.text',
  '*',
  'Guten Tag',
  'ä',
  'x_y-z=1',
  '0',
  'org.example.thing',
  '👋',
] as const;

function generateString(schema: Schema, name: string, { random, known }: GenerateOptions): string {
  const values = known[name];
  if (values !== undefined && random.integer(10) < 8) return random.pick(values);
  const text = random.pick(WORDS).repeat(Math.max(1, schema.minLength ?? 1));
  return text.slice(0, schema.maxLength ?? text.length);
}

function generateObject(schema: Schema, options: GenerateOptions): Record<string, unknown> {
  const { random } = options;
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isWanted = schema.required?.includes(name) === true || random.integer(100) < options.optionalPercent;
    if (isWanted) members.push([name, generate(member, name, options)]);
  }
  const further = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties;
  if (typeof further === 'object' && random.integer(100) < options.optionalPercent) {
    const names = options.known['userId'] ?? WORDS;
    members.push([random.pick(names), generate(further, '', options)]);
  }
  return Object.fromEntries(members);
}

function generate(schema: Schema, name: string, options: GenerateOptions): unknown {
  const { random } = options;
  if ('const' in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return generate(random.pick(choices), name, options);
  if (schema.allOf) {
    // Objects in all uses that contracts make of it.
    return Object.assign({}, ...schema.allOf.map((part) => generate(part, name, options))) as unknown;
  }
  const type = typeof schema.type === 'string' ? schema.type : random.pick(schema.type ?? ['string', 'object', 'null']);
  switch (type) {
    case 'string':
      return generateString(schema, name, options);
    case 'integer':
    case 'number': {
      const least = schema.minimum ?? 0;
      return least + random.integer(Math.max(1, Math.min(1_000, (schema.maximum ?? least + 100) - least)));
    }
    case 'boolean':
      return random.integer(2) === 0;
    case 'array': {
      const length = Math.max(schema.minItems ?? 0, random.integer(3));
      return Array.from({ length }, () => generate(schema.items ?? {}, name, options));
    }
    case 'object':
      return generateObject(schema, options);
    default:
      return null;
  }
}

type ContractSchema = NonNullable<EndpointDefinition['body']>;

/** A value that the schema accepts, or nearly: patterns are not followed. */
export function generateValue(schema: ContractSchema, name: string, options: GenerateOptions): unknown {
  // TypeBox schemas are JSON Schema.
  return generate(schema as Schema, name, options);
}
