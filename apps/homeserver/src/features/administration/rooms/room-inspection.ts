import { forbidden } from '@stafette/contracts';
import type { Requester } from '../../../http/requester.ts';
import type { Audit } from '../../audit/index.ts';
import { openRoom, type HistoryOptions, type RoomAccess } from '../../history/index.ts';
import { inspectorOf, type RoomView } from '../../room-events/index.ts';

interface Dependencies {
  readonly history: HistoryOptions;
  readonly audit: Audit;
  /** Whether administrators may read in rooms that they are not in. */
  readonly mayReadRooms: boolean;
}

/** What an administrator looks at in a room, as the audit log names it, and why. */
export interface Purpose {
  readonly action: `room.read-${'state' | 'messages' | 'context' | 'times' | 'event' | 'media'}`;
  readonly reason: string | undefined;
}

/**
 * The one door by which administrators read in rooms. Members read as members do. Everybody else needs the operator's
 * leave, and then sees what the room still keeps. That somebody read is on record before they see anything.
 */
export class RoomInspection {
  readonly history: HistoryOptions;
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    // Whom administrators ignore as people they do not ignore here.
    this.history = { ...dependencies.history, ignoredBy: async () => new Set() };
  }

  /** Throws M_FORBIDDEN. */
  async open(room: RoomView, requester: Requester, purpose: Purpose): Promise<RoomAccess> {
    const { history, audit, mayReadRooms } = this.#d;
    const { userId: actor } = requester;
    if (!mayReadRooms && room.membershipOf(actor) !== 'join')
      throw forbidden('Administrators of this server do not read in rooms that they are not in');
    await audit.noteFirst({ actor, target: room.id, ...purpose });
    if (!mayReadRooms) return openRoom(history, requester, room.id);
    const upTo = history.roomEvents.position.current;
    return { room, requester, upTo, isMember: true, reader: inspectorOf(room, actor) };
  }
}
