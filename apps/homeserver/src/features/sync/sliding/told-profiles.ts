import type { UserId } from '@stafette/protocol';

/** What a client was told of profiles. */
export interface ToldProfiles {
  /** The fields that it asked for, as one text. */
  readonly fields: string;
  /** Whose it has. */
  readonly users: ReadonlySet<UserId>;
  /** Position up to which it has changes. */
  readonly upTo: number;
}
