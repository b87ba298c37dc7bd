declare const brand: unique symbol;

/** A state event's type and state key as one string, for use as the key of a map. No two pairs share one. */
export type StateKey = string & { readonly [brand]: 'StateKey' };

/**
 * The length of the type goes first, because senders choose both parts: no separator could not also occur in one of them.
 */
export function toStateKey(type: string, stateKey: string): StateKey {
  // The only constructor of the brand.
  return `${type.length}:${type}${stateKey}` as StateKey;
}

/** The type and the state key that {@link toStateKey} joined. */
export function fromStateKey(key: StateKey): readonly [type: string, stateKey: string] {
  const colon = key.indexOf(':');
  const typeEnd = colon + 1 + Number(key.slice(0, colon));
  return [key.slice(colon + 1, typeEnd), key.slice(typeEnd)];
}

export const createKey = toStateKey('m.room.create', '');
export const powerLevelsKey = toStateKey('m.room.power_levels', '');
