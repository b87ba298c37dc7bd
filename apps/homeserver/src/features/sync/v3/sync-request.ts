import type { DeviceId, UserId } from '@stafette/protocol';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { SyncFilter } from './filter.ts';

/** The names under which state at the end of the timeline is answered; whichever the client asked for. */
export type StateAfterName = 'state_after' | 'org.matrix.msc4222.state_after';

/** One request for news, read and checked. */
export interface SyncRequest {
  readonly userId: UserId;
  /** Absent for an application service. */
  readonly deviceId: DeviceId | undefined;
  /** Absent for a first synchronisation. */
  readonly since: SyncPositions | undefined;
  readonly filter: SyncFilter;
  /** All state of all rooms, whatever the client has. */
  readonly isFullState: boolean;
  /** Empty: state at the start of the timeline, as it always was. */
  readonly stateAfter: readonly StateAfterName[];
}
