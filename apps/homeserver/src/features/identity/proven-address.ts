import type { JsonObject, UserId } from '@stafette/protocol';
import type { WriteTx } from '../../database/database.ts';
import type { StageFailure } from './user-interactive-auth.ts';

/** The stage of user-interactive authentication in which a mail address is proved. */
export const EMAIL_STAGE = 'm.login.email.identity';

export const EMAIL_UNPROVEN: StageFailure = {
  errcode: 'M_THREEPID_AUTH_FAILED',
  message: 'The mail address was not confirmed yet; follow the link in the mail',
};

/** A mail address whose mailbox somebody reads, as another feature found out. */
export interface ProvenAddress {
  /** Whose account the address belongs to. */
  readonly owner: UserId | undefined;
  /** Uses the proof up in the transaction of what it allows; throws when somebody was faster. */
  redeem(tx: WriteTx, userId: UserId): Promise<void>;
}

/** What the `auth` of an {@link EMAIL_STAGE} proves for a purpose; undefined when it proves nothing. */
export type FindProvenAddress = (
  purpose: 'register' | 'reset-password',
  auth: JsonObject,
) => Promise<ProvenAddress | undefined>;
