import type { ServerName } from '@stafette/protocol';

/** The servers that this one speaks with. The operator wrote them down; a test suite's server speaks with everybody. */
export class FederationCircle {
  readonly #serverName: ServerName;
  readonly #listed: ReadonlySet<ServerName>;
  readonly #isOpen: boolean;

  constructor(serverName: ServerName, allowed: readonly ServerName[] | 'everybody') {
    this.#serverName = serverName;
    this.#isOpen = allowed === 'everybody';
    this.#listed = new Set(allowed === 'everybody' ? [] : allowed);
  }

  /** Nobody is in it: federation is off. */
  get isEmpty(): boolean {
    return !this.#isOpen && this.#listed.size === 0;
  }

  /** Whether another server is in it. This one is not: it is no other. */
  has(server: ServerName): boolean {
    return server !== this.#serverName && (this.#isOpen || this.#listed.has(server));
  }

  /** Whether the operator vouches for the name. The own one is one of theirs: a policy server may be found under it. */
  isVouched(server: ServerName): boolean {
    return server === this.#serverName || this.#listed.has(server);
  }
}
