import type { SyncPositions } from '../../../streams/tokens.ts';
import type { BundleViewer, StoredEvent } from '../../room-events/index.ts';
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
  readonly viewer: BundleViewer;
  /** An event as JSON text for this reader, with their membership at the event where it is known, and what relates to it. */
  render(event: StoredEvent, membership?: string, relations?: string): string;
}
