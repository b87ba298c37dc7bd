import type { JsonObject } from './json.ts';

export type HistoryVisibility = 'world_readable' | 'shared' | 'invited' | 'joined';

/** What decides whether one user may see one event. All of it is about the room's state at that event, except `joinedLater`. */
export interface VisibilityQuestion {
  /** The visibility when the event was sent. For an `m.room.history_visibility` event: before it and after it. */
  readonly visibilities: readonly HistoryVisibility[];
  /**
   * The user's membership when the event was sent, `leave` when there was none. For a member event whose state key is the
   * user: before it and after it.
   */
  readonly memberships: readonly string[];
  /**
   * Whether the user joined the room at any point after the event was sent. A user who is in the room now and was not at
   * the event did; leaving again since does not undo it.
   */
  readonly joinedLater: boolean;
}

const known: ReadonlySet<string> = new Set<HistoryVisibility>(['world_readable', 'shared', 'invited', 'joined']);

/** The visibility that a room's `m.room.history_visibility` sets; `shared` if absent or not understood. */
export function readHistoryVisibility(content: JsonObject | undefined): HistoryVisibility {
  const value = content?.['history_visibility'];
  // The set holds exactly the members of the type.
  return typeof value === 'string' && known.has(value) ? (value as HistoryVisibility) : 'shared';
}

function isVisibleWith(visibility: HistoryVisibility, membership: string, joinedLater: boolean): boolean {
  // 1. "If the history_visibility was set to world_readable, allow."
  if (visibility === 'world_readable') return true;
  // 2. "If the user's membership was join, allow."
  if (membership === 'join') return true;
  // 3. "If history_visibility was set to shared, and the user joined the room at any point after the event was sent, allow."
  if (visibility === 'shared' && joinedLater) return true;
  // 4. "If the user's membership was invite, and the history_visibility was set to invited, allow." 5. "Otherwise, deny."
  return membership === 'invite' && visibility === 'invited';
}

/**
 * Whether a user may see an event. Where there are two visibilities or two memberships, one combination that allows it is
 * enough.
 * https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-7
 */
export function isVisibleTo({ visibilities, memberships, joinedLater }: VisibilityQuestion): boolean {
  return visibilities.some((visibility) =>
    memberships.some((membership) => isVisibleWith(visibility, membership, joinedLater)),
  );
}
