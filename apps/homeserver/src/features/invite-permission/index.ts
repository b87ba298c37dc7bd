import { MatrixError } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import { compileInviteRules, type InvitePermission, type InviteRules } from './invite-rules.ts';

export type { InvitePermission } from './invite-rules.ts';

/** The account data that the configuration is kept in; under its older name it counts where the new one says nothing. */
const TYPES = ['m.invite_permission_config', 'org.matrix.msc4155.invite_permission_config'] as const;
/** Configurations kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 10_000;

interface Dependencies {
  readonly accountData: {
    find(userId: UserId, roomId: undefined, type: string): Promise<JsonObject | undefined>;
    onChanged(listener: (userId: UserId, type: string) => void): void;
  };
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
}

/** Who may invite whom: the one place that decides. https://spec.matrix.org/v1.19/client-server-api/#invite-permission */
export class InvitePermissions {
  readonly #d: Dependencies;
  readonly #known = new Map<UserId, Promise<InviteRules>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.accountData.onChanged((userId, type) => {
      if (TYPES.some((known) => known === type)) this.#known.delete(userId);
    });
  }

  /** What becomes of invitations that `inviter` sends to `userId`. Those of ignored people are ignored. */
  async of(userId: UserId, inviter: UserId): Promise<InvitePermission> {
    const decision = (await this.#rulesOf(userId))(inviter);
    return decision === 'allow' && (await this.#d.ignoredBy(userId)).has(inviter) ? 'ignore' : decision;
  }

  /** M_INVITE_BLOCKED when the invited does not want to hear of it. */
  async assertInvitable(userId: UserId, inviter: UserId): Promise<void> {
    if ((await this.of(userId, inviter)) === 'block')
      throw new MatrixError(403, 'M_INVITE_BLOCKED', 'This user does not want to be invited by you');
  }

  async #rulesOf(userId: UserId): Promise<InviteRules> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    const reading = Promise.all(TYPES.map(async (type) => this.#d.accountData.find(userId, undefined, type))).then(
      ([stable, older]) => compileInviteRules({ ...older, ...stable }),
    );
    this.#known.set(userId, reading);
    try {
      return await reading;
    } catch (error) {
      this.#known.delete(userId);
      throw error;
    }
  }
}
