import { MatrixError } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Audit } from '../audit/index.ts';
import type { Admission } from '../identity/index.ts';
import { hashInvitationCode, makeInvitationCode } from './invitation-code.ts';
import * as store from './store.ts';

export interface InvitationRequest {
  readonly createdBy: UserId;
  readonly isAdmin: boolean;
  /** Fixed by the administrator; the person chooses when absent. */
  readonly loginName: string | undefined;
  readonly displayName: string | undefined;
  readonly lifetimeMs: number | undefined;
}

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  /** Throws when no account could have this login name. */
  readonly assertAvailable: (loginName: string) => Promise<void>;
}

/** One-time codes by which administrators let people in. Only their hashes are kept. */
export class Invitations {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  async create(request: InvitationRequest): Promise<{ readonly code: string; readonly row: store.InvitationRow }> {
    if (request.loginName !== undefined) await this.#d.assertAvailable(request.loginName);
    const code = makeInvitationCode(this.#d.random);
    const nowMs = this.#d.clock.nowMs();
    const row = {
      created_by: request.createdBy,
      created_at: nowMs,
      expires_at: nowMs + (request.lifetimeMs ?? LIFETIME_MS),
      is_admin: request.isAdmin,
      login_name: request.loginName ?? null,
      display_name: request.displayName ?? null,
    };
    const id = await this.#d.database.write(async (tx) => {
      const inserted = await store.insert(tx, { ...row, code_hash: hashInvitationCode(code) });
      await this.#note(tx, 'invitation.create', request.createdBy, inserted);
      return inserted;
    });
    return { code, row: { ...row, invitation_id: id, used_by: null, used_at: null } };
  }

  /** All, the newest first, and the moment at which their state is meant. */
  async list(): Promise<{ readonly rows: readonly store.InvitationRow[]; readonly nowMs: number }> {
    return { rows: await store.list(this.#d.database.reader), nowMs: this.#d.clock.nowMs() };
  }

  /** False when there is no such invitation or it was used. */
  async remove(id: number, removedBy: UserId): Promise<boolean> {
    return this.#d.database.write(async (tx) => {
      const isRemoved = await store.remove(tx, id);
      if (isRemoved) await this.#note(tx, 'invitation.remove', removedBy, id);
      return isRemoved;
    });
  }

  /** What an open code admits to; undefined for every code that is not open, whatever the reason. */
  async findAdmission(code: string): Promise<Admission | undefined> {
    const { database, clock } = this.#d;
    const row = await store.findOpen(database.reader, hashInvitationCode(code), clock.nowMs());
    if (row === undefined) return undefined;
    return {
      isAdmin: row.is_admin,
      loginName: row.login_name ?? undefined,
      displayName: row.display_name ?? undefined,
      async redeem(tx, userId) {
        // Of any number of parallel transactions one changes the row; the others come to nothing.
        if (await store.markUsed(tx, row.invitation_id, userId, clock.nowMs())) return;
        throw new MatrixError(403, 'M_FORBIDDEN', 'This invitation code was used already');
      },
    };
  }

  async #note(tx: WriteTx, action: `invitation.${string}`, actor: UserId, id: number): Promise<void> {
    await this.#d.audit.note(tx, { actor, action, target: String(id) });
  }
}
