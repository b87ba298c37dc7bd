import type { DeviceId, UserId } from '@stafette/protocol';
import { createSyncCore, type SyncDependencies } from './core/sync-core.ts';
import { OldSync } from './old/old-sync.ts';
import { V3Sync } from './v3/service.ts';

/** News of everything that concerns a user, and waiting for it: several shapes over one core. */
export class Sync {
  readonly v3: V3Sync;
  readonly old: OldSync;
  readonly #core: ReturnType<typeof createSyncCore>;

  constructor(dependencies: SyncDependencies) {
    this.#core = createSyncCore(dependencies);
    this.v3 = new V3Sync(this.#core);
    this.old = new OldSync(this.#core, this.v3);
  }

  /** Users whose changes are noted. */
  get activeCount(): number {
    return this.#core.news.activeCount;
  }

  /** Ends the waiting requests of sessions that have ended or are good for less. `deviceIds` undefined: all of the user. */
  endSessions(userId: UserId, deviceIds: readonly DeviceId[] | undefined): void {
    this.#core.polls.endSessions(userId, deviceIds);
  }
}
