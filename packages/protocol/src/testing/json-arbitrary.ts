import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.ts';

/** Any well-formed text, and often keys that mean something to JavaScript or sort unlike their UTF-16 units. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      '',
      '10',
      '9',
      '\uffff',
      '\u{10000}',
      '\ue000',
      '\u0000',
      '"',
      '\\',
    ),
  },
);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.maxSafeInteger().map((integer) => integer + 0),
    text,
    fc.constantFrom<JsonValue>(null, true, false, 0),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: false }),
  ),
}));

/** Values that have a canonical form. */
export const jsonValue: fc.Arbitrary<JsonValue> = value;

/** Objects that have a canonical form. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: false });
