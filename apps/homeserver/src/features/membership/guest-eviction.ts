import { parseRoomId, type RoomId, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { enqueueJob, type JobKind, type JobWorker } from '../../database/jobs.ts';
import type { Log } from '../../platform/log.ts';
import type { CommittedEvent, RoomEvents } from '../room-events/index.ts';
import type { Membership } from './service.ts';

interface Dependencies {
  readonly database: Database;
  readonly log: Log;
  readonly jobs: Pick<JobWorker, 'register' | 'poke'>;
  readonly roomEvents: RoomEvents;
  readonly membership: Membership;
  readonly listGuests: (userIds: readonly UserId[]) => Promise<readonly UserId[]>;
}

const KIND = 'guest-eviction';

const isOpen = (content: { readonly guest_access?: unknown } | undefined): boolean =>
  content?.guest_access === 'can_join';

/**
 * Guests leave a room that is closed to them. What happens to rooms while nobody can be a guest needs nobody to look.
 * https://spec.matrix.org/v1.19/client-server-api/#guest-access
 */
export class GuestEviction {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.jobs.register(this.#job());
    dependencies.roomEvents.onCommitted((events) => this.#observe(events));
  }

  #observe(events: readonly CommittedEvent[]): void {
    for (const event of events) {
      if (event.type !== 'm.room.guest_access' || event.stateKey !== '' || isOpen(event.content)) continue;
      // Nobody came in before there was a rule.
      if (event.replacesState === undefined) continue;
      this.#enqueue(event.roomId).catch((error: unknown) =>
        this.#d.log.error({ err: error }, 'guests were not asked to leave a room'),
      );
    }
  }

  async #enqueue(roomId: RoomId): Promise<void> {
    await this.#d.database.write(async (tx) => {
      await enqueueJob(tx, { kind: KIND, key: roomId, payload: { roomId } });
      tx.afterCommit(() => this.#d.jobs.poke());
    });
  }

  #job(): JobKind {
    return {
      kind: KIND,
      run: async (payload) => {
        // Written by `#enqueue`.
        const roomId = parseRoomId((payload as { readonly roomId: string }).roomId);
        if (roomId !== undefined) await this.#run(roomId);
      },
    };
  }

  async #run(roomId: RoomId): Promise<void> {
    const { roomEvents, membership, listGuests } = this.#d;
    const room = await roomEvents.findRoom(roomId);
    // Opened again meanwhile.
    if (room === undefined || isOpen(room.state('m.room.guest_access', '')?.content)) return;
    for (const guest of await listGuests([...room.joinedLocalUsers()])) await membership.depart(guest, roomId);
  }
}
