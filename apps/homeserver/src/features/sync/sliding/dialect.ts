/**
 * How the shapes of sliding sync that clients speak differ in their answers. What is asked and told is the same; see the
 * changelog at the end of https://github.com/matrix-org/matrix-spec-proposals/pull/4186
 */
export interface Dialect {
  readonly name: 'simplified' | 'v4';
  /** The member that holds what somebody outside may know of a room. */
  readonly strippedState: string;
  readonly expandedTimeline: string;
  /** Whether unread counts are part of a room. */
  readonly hasCounts: boolean;
  /** Whether a room names the lists that it is in. */
  readonly hasListNames: boolean;
}

/** As Element X speaks it: knocks are told under the name of invitations. */
export const SIMPLIFIED: Dialect = {
  name: 'simplified',
  strippedState: 'invite_state',
  expandedTimeline: 'unstable_expanded_timeline',
  hasCounts: true,
  hasListNames: false,
};

export const V4: Dialect = {
  name: 'v4',
  strippedState: 'stripped_state',
  expandedTimeline: 'expanded_timeline',
  hasCounts: false,
  hasListNames: true,
};
