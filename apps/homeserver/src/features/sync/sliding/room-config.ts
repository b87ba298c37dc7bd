import type { UserId } from '@stafette/protocol';
import type { StateSelection } from './state-selection.ts';

/** How much of a room a client wants: what one list or subscription says, or several of them together. */
export class RoomConfig {
  /** Equal for configurations that are. */
  readonly key: string;
  readonly timelineLimit: number;
  readonly #selections: ReadonlyMap<string, StateSelection>;
  /** Members are told as they are needed. */
  readonly isLazy: boolean;
  readonly hasAllMembers: boolean;

  constructor(timelineLimit: number, selections: readonly StateSelection[]) {
    this.timelineLimit = timelineLimit;
    this.#selections = new Map(selections.map((selection) => [selection.key, selection]));
    this.key = `${timelineLimit} ${[...this.#selections.keys()].sort().join(' ')}`;
    this.hasAllMembers = selections.some((selection) => selection.hasAllMembers);
    this.isLazy = !this.hasAllMembers && selections.some((selection) => selection.isLazy);
  }

  /** The superset of several. */
  static combine(configs: readonly RoomConfig[]): RoomConfig {
    return new RoomConfig(
      Math.max(...configs.map((config) => config.timelineLimit)),
      configs.flatMap((config) => [...config.#selections.values()]),
    );
  }

  selects(type: string, stateKey: string, reader: UserId): boolean {
    for (const selection of this.#selections.values()) if (selection.selects(type, stateKey, reader)) return true;
    return false;
  }

  namedMembers(reader: UserId): readonly string[] {
    return [...this.#selections.values()].flatMap((selection) => selection.namedMembers(reader));
  }

  /** Whether it asks for state that the other one did not. */
  asksForMoreStateThan(other: RoomConfig): boolean {
    for (const key of this.#selections.keys()) if (!other.#selections.has(key)) return true;
    return false;
  }
}
