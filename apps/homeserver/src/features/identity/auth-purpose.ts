import type { UserId } from '@stafette/protocol';

/** What somebody proves who they are for. Pages have words for each. */
export type AuthAction =
  | 'register'
  | 'reset-password'
  | 'change-password'
  | 'deactivate'
  | 'log-in'
  | 'add-address'
  | 'remove-devices'
  | 'replace-keys';

/** What is being allowed: proof of it is worth nothing for anything else. */
export interface AuthPurpose {
  readonly action: AuthAction;
  /** Whose account it is; absent where there is none yet, or nobody knows whose. */
  readonly userId?: UserId;
  /** Which things of the account. */
  readonly objects?: readonly string[];
}

export const isSamePurpose = (one: AuthPurpose, other: AuthPurpose): boolean =>
  one.action === other.action &&
  one.userId === other.userId &&
  JSON.stringify(one.objects) === JSON.stringify(other.objects);
