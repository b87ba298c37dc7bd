import type { UserId } from '@stafette/protocol';

/** One line of what a client asks for; an absent part matches everything. */
export interface StateElement {
  readonly type: string | undefined;
  readonly stateKey: string | undefined;
}

const MEMBER = 'm.room.member';

/** A set of state keys, given by elements. */
class StateSet {
  readonly #byType = new Map<string, Set<string>>();
  readonly #wholeTypes = new Set<string>();
  readonly #keysOfAnyType = new Set<string>();
  #isEverything = false;

  constructor(elements: readonly StateElement[]) {
    for (const { type, stateKey } of elements) {
      if (type === undefined && stateKey === undefined) this.#isEverything = true;
      else if (stateKey === undefined) this.#wholeTypes.add(type ?? '');
      else if (type === undefined) this.#keysOfAnyType.add(stateKey);
      else this.#byType.set(type, (this.#byType.get(type) ?? new Set()).add(stateKey));
    }
  }

  /** Whether every key of a type is in it. */
  hasAllOf(type: string): boolean {
    return this.#isEverything || this.#wholeTypes.has(type);
  }

  /** Whether a key is in it by its name. */
  names(type: string, stateKey: string): boolean {
    return this.#byType.get(type)?.has(stateKey) === true || this.#keysOfAnyType.has(stateKey);
  }

  has(type: string, stateKey: string): boolean {
    return this.hasAllOf(type) || this.names(type, stateKey);
  }

  namedKeys(type: string): readonly string[] {
    return [...(this.#byType.get(type) ?? []), ...this.#keysOfAnyType];
  }
}

interface Parts {
  readonly include: readonly StateElement[];
  readonly exclude: readonly StateElement[];
  /** Types of which the reader's own key is asked for, whoever reads. */
  readonly ofReader: readonly string[];
  readonly isLazy: boolean;
}

/**
 * Which state of a room a client wants, compiled. With lazy members, member events are selected only by the name of the
 * member; who speaks is added when a room is told.
 */
export class StateSelection {
  /** Equal for selections that are. */
  readonly key: string;
  readonly isLazy: boolean;
  readonly #include: StateSet;
  readonly #exclude: StateSet;
  readonly #ofReader: ReadonlySet<string>;

  constructor(parts: Parts) {
    this.key = JSON.stringify(parts);
    this.isLazy = parts.isLazy;
    this.#include = new StateSet(parts.include);
    this.#exclude = new StateSet(parts.exclude);
    this.#ofReader = new Set(parts.ofReader);
  }

  get hasAllMembers(): boolean {
    return !this.isLazy && this.#include.hasAllOf(MEMBER);
  }

  selects(type: string, stateKey: string, reader: UserId): boolean {
    const isIncluded =
      (type === MEMBER && this.isLazy ? this.#include.names(type, stateKey) : this.#include.has(type, stateKey)) ||
      (stateKey === reader && this.#ofReader.has(type));
    return isIncluded && !this.#exclude.has(type, stateKey);
  }

  /** Members that are asked for by name. */
  namedMembers(reader: UserId): readonly string[] {
    return this.#ofReader.has(MEMBER) ? [...this.#include.namedKeys(MEMBER), reader] : this.#include.namedKeys(MEMBER);
  }
}
