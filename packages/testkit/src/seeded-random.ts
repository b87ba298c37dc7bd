import { createHash } from 'node:crypto';
import type { Random } from '@stafette/homeserver';

/** Bytes that follow from the seed alone: SHA-256 over seed and counter. The same seed gives the same run. */
export class SeededRandom implements Random {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(count: number): Uint8Array {
    const blocks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      blocks.push(createHash('sha256').update(`${this.#seed}\n${this.#counter}`).digest());
      this.#counter += 1;
    }
    // A copy: the slice must not share memory with other blocks.
    return new Uint8Array(Buffer.concat(blocks).subarray(0, count));
  }

  token(byteCount: number): string {
    return Buffer.from(this.bytes(byteCount)).toString('base64url');
  }

  /** An integer from 0 to `below` - 1. The bias of the division is of no matter to tests. */
  integer(below: number): number {
    return Buffer.from(this.bytes(6)).readUIntBE(0, 6) % below;
  }

  /** One of `choices`, which are not empty. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.integer(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}
