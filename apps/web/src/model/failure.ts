/** What went wrong, in a few kinds the interface has words for. */
export type FailureKind =
  | 'offline'
  | 'wrong-credentials'
  | 'wrong-code'
  | 'name-taken'
  | 'name-invalid'
  | 'weak-password'
  | 'forbidden'
  | 'too-many-attempts'
  | 'too-large'
  | 'not-found'
  | 'wrong-recovery-key'
  | 'unexpected';

/** An expected outcome that is not success. `code` is for a support desk to read, never the only explanation. */
export interface Failure {
  readonly kind: FailureKind;
  readonly code: string | undefined;
  readonly retryAfterMs?: number;
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export const success = <Value>(value: Value): Outcome<Value> => ({ ok: true, value });
export const failure = (kind: FailureKind, code?: string): Outcome<never> => ({ ok: false, failure: { kind, code } });
