import type { SyncPositions } from '../../../streams/tokens.ts';
import type { StoredEvent } from '../../room-events/index.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import type { SyncRequest } from './sync-request.ts';

/** What all parts of one answer share. */
export interface AnswerContext {
  readonly request: SyncRequest;
  /** Where the answer ends. */
  readonly to: SyncPositions;
  /** Present when the client loads members lazily. */
  readonly lazyMembers: LazyMemberSession | undefined;
  /** Whose events the user does not want to see. */
  readonly ignored: ReadonlySet<string>;
  /** An event as JSON text for this reader, with their membership at the event where it is known. */
  render(event: StoredEvent, membership?: string): string;
}
