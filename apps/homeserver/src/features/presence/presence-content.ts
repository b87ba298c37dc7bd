import type { Appearance, Person } from './person.ts';

/** How somebody appears, in the words of the API. */
export interface PresenceContent {
  readonly presence: Appearance['state'];
  readonly last_active_ago?: number;
  readonly currently_active?: boolean;
  readonly status_msg?: string;
}

/**
 * Whoever is online did something within the last minutes: that is what `currently_active` says, and why no further news
 * is sent of each thing that they do. https://spec.matrix.org/v1.19/client-server-api/#last-active-ago
 */
export const presenceContent = (
  { lastActiveMs }: Pick<Person, 'lastActiveMs'>,
  { state, statusMsg }: Appearance,
  nowMs: number,
): PresenceContent => ({
  presence: state,
  last_active_ago: Math.max(0, nowMs - lastActiveMs),
  ...(state === 'online' ? { currently_active: true } : {}),
  ...(statusMsg === undefined ? {} : { status_msg: statusMsg }),
});
