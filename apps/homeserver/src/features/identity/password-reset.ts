import { forbidden } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';
import type { Accompanied, Accounts } from './accounts.ts';
import { EMAIL_STAGE, EMAIL_UNPROVEN, type FindProvenAddress } from './proven-address.ts';
import type { UserInteractiveAuth } from './user-interactive-auth.ts';

interface Dependencies {
  readonly accounts: Accounts;
  readonly auth: UserInteractiveAuth;
  readonly findProven: FindProvenAddress;
}

/** A new password for whoever forgot the old one and reads the mailbox of the account. */
export class PasswordReset {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Throws the 401 of user-interactive authentication until an address is proved, and M_WEAK_PASSWORD. */
  async reset(auth: JsonObject | undefined, newPassword: string, signsOut: Accompanied['signsOut']): Promise<void> {
    const { accounts, findProven } = this.#d;
    const findOwned = async (stage: JsonObject) => {
      const proven = await findProven('reset-password', stage);
      return proven?.owner === undefined ? undefined : { ...proven, owner: proven.owner };
    };
    const completed = await this.#d.auth.require({
      auth,
      purpose: { action: 'reset-password' },
      flows: [[EMAIL_STAGE]],
      stages: new Map([
        [EMAIL_STAGE, async (stage) => ((await findOwned(stage)) === undefined ? EMAIL_UNPROVEN : undefined)],
      ]),
    });
    const stage = completed.get(EMAIL_STAGE);
    const proven = stage && (await findOwned(stage));
    if (proven === undefined) throw forbidden('This confirmation was used already');
    const { owner } = proven;
    await accounts.changePassword(owner, newPassword, { together: (tx) => proven.redeem(tx, owner), signsOut });
  }
}
