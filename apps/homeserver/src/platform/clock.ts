/** The only source of time. Injected everywhere, so that tests and simulations move it themselves. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. May jump when the machine's clock is corrected. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
