import type { SeededRandom } from '@stafette/testkit';

const deep = (depth: number): unknown => {
  let value: unknown = {};
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** Values that programs stumble over, each for a reason of its own. Made anew for each use: some are large. */
const VALUES: readonly (() => unknown)[] = [
  () => null,
  () => ({}),
  () => [],
  () => '',
  () => 0,
  () => -1,
  () => 1.5,
  () => true,
  () => false,
  () => 2 ** 53,
  () => -(2 ** 53),
  () => 1e308,
  () => 'x'.repeat(70_000),
  () => '\u0000',
  () => '\ud800',
  () => '\udfff\ud800',
  () => '\u202e\u200b\ufeff',
  () => 'toString',
  () => '__proto__',
  () => 'constructor',
  () => '../../../etc/passwd',
  () => "'; drop table events; --",
  () => '%s%n$1$$',
  () => '@:',
  () => '@a:b:c:d',
  () => '!',
  () => '#:',
  () => '$',
  () => '$/%2f',
  () => 'mxc://',
  () => deep(50),
  () => deep(1_000),
  () => Array.from({ length: 5_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key${index}`, index])),
  () => JSON.parse('{"__proto__": {"isAdmin": true}}') as unknown,
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => ({ toString: null, valueOf: 1, hasOwnProperty: [] }),
  () => JSON.parse('{"toJSON": "x", "then": "y", "length": -1}') as unknown,
  () => ['a', 1, null, {}, []],
];

export const hostileValue = (random: SeededRandom): unknown => random.pick(VALUES)();

const isContainer = (value: unknown): value is Record<string, unknown> | unknown[] =>
  typeof value === 'object' && value !== null;

/** Every container of a value with its keys: the places where something else could stand. */
function listPlaces(
  value: unknown,
): { readonly container: Record<string, unknown> | unknown[]; readonly key: string }[] {
  if (!isContainer(value)) return [];
  const own = Object.keys(value).map((key) => ({ container: value, key }));
  return [...own, ...Object.values(value).flatMap((inner: unknown) => listPlaces(inner))];
}

/** The value with one to three places changed: replaced, removed, or with a member more. */
export function mutate(value: unknown, random: SeededRandom): unknown {
  if (!isContainer(value) || random.integer(10) === 0) return hostileValue(random);
  const changed: unknown = structuredClone(value);
  for (let count = 1 + random.integer(3); count > 0; count -= 1) {
    const places = listPlaces(changed);
    if (places.length === 0) return hostileValue(random);
    const { container, key } = random.pick(places);
    const kind = random.integer(4);
    if (kind === 0) Reflect.deleteProperty(container, key);
    else if (kind === 1)
      Reflect.set(
        container,
        random.pick(['__proto__', '', 'extra', '\u0000', 'event_id', 'type']),
        hostileValue(random),
      );
    else Reflect.set(container, key, hostileValue(random));
  }
  return changed;
}
