import { MatrixError } from '@stafette/contracts';
import { type Messages, messagesOf } from './messages/index.ts';
import type { Problem } from './page.ts';
import type { Visitor } from './visitors.ts';

/** What a person is told about a refusal. */
export function problemOf(error: MatrixError, m: Messages): string {
  switch (error.errcode) {
    case 'M_USER_LOCKED':
      return m.accountLocked;
    case 'M_WEAK_PASSWORD':
      return m.weakPassword;
    case 'M_USER_IN_USE':
    case 'M_EXCLUSIVE':
      return m.nameTaken;
    case 'M_INVALID_USERNAME':
      return m.nameUnusable;
    case 'M_UNAUTHORIZED':
      return m.invitationUnusable;
    case 'M_THREEPID_AUTH_FAILED':
      return m.mailUnproven;
    case 'M_THREEPID_DENIED':
      return m.mailDenied;
    case 'M_THREEPID_IN_USE':
      return m.mailTaken;
    case 'M_LIMIT_EXCEEDED':
      return m.tooManyAttempts(Math.ceil(Number(error.extra['retry_after_ms']) / 1000));
    default:
      return m.somethingWrong;
  }
}

/** Told after the code of an invitation was found good, and before it is used up. */
const KEEPS_INVITATION: ReadonlySet<string> = new Set([
  'M_EXCLUSIVE',
  'M_INVALID_USERNAME',
  'M_THREEPID_AUTH_FAILED',
  'M_THREEPID_IN_USE',
  'M_USER_IN_USE',
  'M_WEAK_PASSWORD',
]);

/** What is not the person's to mend goes on. */
function explain(error: unknown, visitor: Visitor, text: (error: MatrixError, m: Messages) => string): Problem {
  if (!(error instanceof MatrixError)) throw error;
  return { text: text(error, messagesOf(visitor.language)), status: error.status };
}

export const logInProblem = (error: unknown, visitor: Visitor): Problem =>
  explain(error, visitor, (refusal, m) =>
    refusal.errcode === 'M_FORBIDDEN' ? m.wrongPassword : problemOf(refusal, m),
  );

export const signUpProblem = (error: unknown, visitor: Visitor, needsInvitation: boolean): Problem =>
  explain(error, visitor, (refusal, m) => {
    // Somebody else was faster with the same code.
    if (refusal.errcode === 'M_FORBIDDEN') return m.invitationUnusable;
    const isKept = needsInvitation && KEEPS_INVITATION.has(refusal.errcode);
    return isKept ? `${problemOf(refusal, m)} ${m.invitationKept}` : problemOf(refusal, m);
  });

export const mailProblem = (error: unknown, visitor: Visitor): Problem =>
  explain(error, visitor, (refusal, m) =>
    refusal.errcode === 'M_INVALID_PARAM' ? m.mailUnusable : problemOf(refusal, m),
  );
