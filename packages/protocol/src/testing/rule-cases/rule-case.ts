import type { AuthPdu } from '../../event-auth/auth-input.ts';
import type { AuthVerdict } from '../../event-auth/verdict.ts';
import type { TestRoom } from '../test-room.ts';
import type { RuleName } from '../../event-auth/rule-numbers.ts';

/** What one rule does, as a pair: from the same set-up, one event that passes and one that the rule refuses. */
export interface RuleCase {
  readonly rule: RuleName;
  /** Content of the create event. */
  readonly create?: Readonly<Record<string, boolean>>;
  readonly arrange?: (room: TestRoom) => void;
  readonly accept: (room: TestRoom) => AuthPdu;
  readonly refuse: (room: TestRoom) => AuthPdu;
  /** For a rule that allows: the rule that refuses in its place. */
  readonly refusedBy?: RuleName;
  /** Which of the two entry points is asked; the rules that need the state by default. */
  readonly check?: (event: AuthPdu, room: TestRoom) => AuthVerdict;
}
