import { MatrixError } from '@stafette/contracts';
import type { BrowserLogin, Visitor } from '../browser-login/index.ts';
import type { Account, Accounts, AuthAction, UserInteractiveAuth } from '../identity/index.ts';
import { stageForms, type TypedStage } from './stage-form.ts';

/** What the pages for applications that cannot ask for themselves stand on. */
export interface FallbackPages {
  readonly login: BrowserLogin;
  readonly auth: UserInteractiveAuth;
  readonly findAccount: Accounts['find'];
}

/** A stage of a session of user-interactive authentication. */
export interface SessionStage {
  readonly stage: string;
  readonly sessionId: string;
  readonly action: AuthAction;
  /** Whose account the session is about. */
  readonly account: Account | undefined;
  readonly isDone: boolean;
}

/** Throws M_NOT_FOUND without such a session, and M_UNRECOGNIZED when it does not ask for the stage. */
export async function getSessionStage(
  { auth, findAccount }: FallbackPages,
  stage: string,
  sessionId: string,
): Promise<SessionStage> {
  const { purpose, isDone } = auth.getStage(sessionId, stage);
  const account = purpose.userId && (await findAccount(purpose.userId));
  return { stage, sessionId, action: purpose.action, account, isDone };
}

/** Throws why the stage is not done, with the status and the code that a request gets. */
export async function takeStage(
  { auth }: FallbackPages,
  { stage, sessionId }: SessionStage,
  { csrf }: Visitor,
  typed: Omit<TypedStage, 'csrf'>,
): Promise<void> {
  const shown = stageForms.get(stage)?.shownBy({ ...typed, csrf }) ?? {};
  const failure = await auth.takeOnPage(sessionId, stage, shown);
  if (failure !== undefined) throw new MatrixError(401, failure.errcode, failure.message);
}
