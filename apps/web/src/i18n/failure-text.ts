import type { FailureKind } from '../model/failure.ts';
import type { MessageId } from './message-id.ts';

/** What happened and what to do, for each kind of failure. */
export const FAILURE_TEXTS: Readonly<Record<FailureKind, MessageId>> = {
  offline: 'failure.offline',
  'wrong-credentials': 'failure.wrongCredentials',
  'wrong-code': 'failure.wrongCode',
  'name-taken': 'failure.nameTaken',
  'name-invalid': 'failure.nameInvalid',
  'weak-password': 'failure.weakPassword',
  forbidden: 'failure.forbidden',
  'too-many-attempts': 'failure.tooManyAttempts',
  'too-large': 'failure.tooLarge',
  'not-found': 'failure.notFound',
  'wrong-recovery-key': 'failure.wrongRecoveryKey',
  unexpected: 'failure.unexpected',
};
