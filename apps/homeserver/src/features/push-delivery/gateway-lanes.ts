import type { Clock } from '../../platform/clock.ts';

interface Lane {
  active: number;
  /** Failures to reach it since it was reached last. */
  failures: number;
  retryAtMs: number;
  /** It was reached, and not found dead since. */
  isProven: boolean;
}

/** Requests under way, all gateways together. */
const MAX_ACTIVE = 64;
/** Of these, to gateways that have not proved to be alive: dead ones, however many, leave room for the others. */
const MAX_UNPROVEN = 16;
const MAX_PER_GATEWAY = 16;
/** Gateways that are remembered, before the idle ones among them are forgotten. */
const MAX_REMEMBERED = 10_000;

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60 * 60 * 1000;

/** 1 s, 2 s, 4 s, ... up to an hour. */
export const retryAfterMs = (failures: number): number => Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));

/** Which gateways may be asked now, so that one that is dead or slow takes nothing from the others. */
export class GatewayLanes {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  #active = 0;
  #unproven = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get freeCount(): number {
    return MAX_ACTIVE - this.#active;
  }

  get hasRoomForUnproven(): boolean {
    return this.#unproven < MAX_UNPROVEN;
  }

  /** Those that are full, or wait until they are tried again. */
  closed(): string[] {
    return [...this.#lanes].filter(([, lane]) => this.#isClosed(lane)).map(([gateway]) => gateway);
  }

  proven(): string[] {
    return [...this.#lanes].filter(([, lane]) => lane.isProven).map(([gateway]) => gateway);
  }

  /** Takes a place, when there is one. {@link leave} gives it back. */
  enter(gateway: string): boolean {
    const lane = this.#find(gateway);
    if (this.freeCount === 0 || this.#isClosed(lane) || !(lane.isProven || this.hasRoomForUnproven)) return false;
    lane.active += 1;
    this.#active += 1;
    if (!lane.isProven) this.#unproven += 1;
    return true;
  }

  /** `wasReached` undefined: that was not found out. Returns how often in a row it was not reached. */
  leave(gateway: string, wasReached: boolean | undefined): number {
    const lane = this.#find(gateway);
    lane.active -= 1;
    this.#active -= 1;
    if (!lane.isProven) this.#unproven -= 1;
    if (wasReached === undefined) return lane.failures;
    // The others that are under way change sides with it.
    if (lane.isProven !== wasReached) this.#unproven += wasReached ? -lane.active : lane.active;
    lane.isProven = wasReached;
    // Those that went out together fail together, and count once.
    const isNewFailure = !wasReached && lane.retryAtMs <= this.#clock.nowMs();
    lane.failures = wasReached ? 0 : lane.failures + Number(isNewFailure);
    if (wasReached) lane.retryAtMs = 0;
    else if (isNewFailure) lane.retryAtMs = this.#clock.nowMs() + retryAfterMs(lane.failures);
    return lane.failures;
  }

  #isClosed(lane: Lane): boolean {
    return lane.active >= (lane.isProven ? MAX_PER_GATEWAY : 1) || lane.retryAtMs > this.#clock.nowMs();
  }

  #find(gateway: string): Lane {
    let lane = this.#lanes.get(gateway);
    if (lane !== undefined) return lane;
    if (this.#lanes.size >= MAX_REMEMBERED)
      for (const [known, { active }] of this.#lanes) if (active === 0) this.#lanes.delete(known);
    lane = { active: 0, failures: 0, retryAtMs: 0, isProven: false };
    this.#lanes.set(gateway, lane);
    return lane;
  }
}
