import { hash, verify } from '@node-rs/argon2';
import { limitExceeded, MatrixError } from '@stafette/contracts';

/** OWASP's first choice for Argon2id: 19 MiB, two passes. */
const STRONG = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** For load and conformance runs, which create accounts by the thousand. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const;

const MIN_CHARACTERS = 8;
/** Beyond this nobody types; hashing it would only cost. */
export const MAX_PASSWORD_CHARACTERS = 512;

/** Hashes that may wait for their turn: about two seconds of work. Who comes then is asked to come again. */
const MAX_PENDING = 256;
const RETRY_AFTER_MS = 2_000;

const isHashable = (password: string): boolean => password.length <= MAX_PASSWORD_CHARACTERS && password.trim() !== '';

/** Passwords as Argon2id hashes. */
export class Passwords {
  readonly #cost: typeof STRONG | typeof CHEAP;
  readonly #minCharacters: number;
  #decoy: Promise<string> | undefined;
  #pendingCount = 0;

  constructor(isCheap: boolean) {
    this.#cost = isCheap ? CHEAP : STRONG;
    this.#minCharacters = isCheap ? 1 : MIN_CHARACTERS;
  }

  /** Throws M_WEAK_PASSWORD with what is asked for. */
  async hash(password: string): Promise<string> {
    if (!isHashable(password) || password.length < this.#minCharacters) {
      throw new MatrixError(
        400,
        'M_WEAK_PASSWORD',
        `A password needs ${this.#minCharacters} to ${MAX_PASSWORD_CHARACTERS} characters`,
      );
    }
    return this.#inTurn(async () => hash(password, this.#cost));
  }

  /** Takes the same work for an account that does not exist or has no password, so that time tells nothing. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    if (!isHashable(password)) return false;
    this.#decoy ??= hash('not a password of anybody', this.#cost);
    const decoy = await this.#decoy;
    const isMatch = await this.#inTurn(async () => verify(passwordHash ?? decoy, password));
    return isMatch && passwordHash !== undefined;
  }
  /** Keeps a flood of log-ins from filling the memory and from making everybody wait for minutes. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pendingCount >= MAX_PENDING) throw limitExceeded(RETRY_AFTER_MS);
    this.#pendingCount += 1;
    try {
      return await work();
    } finally {
      this.#pendingCount -= 1;
    }
  }
}
