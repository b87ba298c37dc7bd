import { createHash } from 'node:crypto';
import { MatrixError, notFound } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import * as store from './store.ts';

export interface InvitationRequest {
  readonly createdBy: UserId;
  readonly isAdmin: boolean;
  readonly loginName: string | undefined;
  readonly displayName: string | undefined;
}

/** What an open invitation says about the account that it creates. */
export type OpenInvitation = Pick<store.InvitationRow, 'invitation_id' | 'is_admin' | 'login_name' | 'display_name'>;

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
/** Letters that nobody mistakes for another; 28 of them carry 140 bits. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const GROUPS = 7;
const GROUP_LENGTH = 4;

/** People type codes with other spaces and in lower case. */
const hashCode = (code: string): Buffer => createHash('sha256').update(code.toUpperCase().replaceAll(/[\s-]/g, '')).digest();

/** One-time codes by which administrators let people in. Only their hashes are kept. */
export class Invitations {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock; readonly random: Random }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#random = dependencies.random;
  }

  async create(request: InvitationRequest): Promise<{ readonly code: string; readonly id: number; readonly expiresAtMs: number }> {
    const code = this.#makeCode();
    const nowMs = this.#clock.nowMs();
    const id = await this.#database.write((tx) =>
      store.insert(tx, {
        code_hash: hashCode(code),
        created_by: request.createdBy,
        created_at: nowMs,
        expires_at: nowMs + LIFETIME_MS,
        is_admin: request.isAdmin,
        login_name: request.loginName ?? null,
        display_name: request.displayName ?? null,
      }),
    );
    return { code, id, expiresAtMs: nowMs + LIFETIME_MS };
  }

  async list(): Promise<readonly store.InvitationRow[]> {
    return store.list(this.#database.reader);
  }

  async remove(id: number): Promise<void> {
    const isRemoved = await this.#database.write((tx) => store.remove(tx, id));
    if (!isRemoved) throw notFound('There is no such open invitation');
  }

  async findOpen(code: string): Promise<OpenInvitation | undefined> {
    return store.findOpen(this.#database.reader, hashCode(code), this.#clock.nowMs());
  }

  /** Throws when somebody else was faster; the whole transaction then comes to nothing. */
  async redeem(tx: WriteTx, invitation: OpenInvitation, userId: UserId): Promise<void> {
    if (await store.markUsed(tx, invitation.invitation_id, userId, this.#clock.nowMs())) return;
    throw new MatrixError(403, 'M_FORBIDDEN', 'This invitation code was used already');
  }

  #makeCode(): string {
    const letters = Array.from(this.#random.bytes(GROUPS * GROUP_LENGTH), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
    return Array.from({ length: GROUPS }, (_, group) => letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH)).join('-');
  }
}
