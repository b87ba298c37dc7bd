import type { DeviceId, UserId } from '@stafette/protocol';
import type { Random } from '../../platform/random.ts';
import { createSyncCore, type SyncCore, type SyncDependencies } from './core/sync-core.ts';
import { OldSync } from './old/old-sync.ts';
import { RoomLabels, type LabelSource } from './sliding/room-labels.ts';
import { SlidingSync } from './sliding/service.ts';
import { V3Sync } from './v3/service.ts';

interface Dependencies extends SyncDependencies {
  readonly random: Random;
  readonly accountData: SyncDependencies['accountData'] & LabelSource;
}

/** News of everything that concerns a user, and waiting for it: several shapes over one core. */
export class Sync {
  readonly v3: V3Sync;
  readonly old: OldSync;
  readonly sliding: SlidingSync;
  readonly #core: SyncCore;

  constructor(dependencies: Dependencies) {
    this.#core = createSyncCore(dependencies);
    this.v3 = new V3Sync(this.#core);
    this.old = new OldSync(this.#core, this.v3);
    const labels = new RoomLabels(dependencies.accountData);
    this.sliding = new SlidingSync(this.#core, { random: dependencies.random, labels });
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
