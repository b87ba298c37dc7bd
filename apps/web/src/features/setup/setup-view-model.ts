import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { checkNewPassword, type PasswordProblem } from '../registration/new-password.ts';

export interface SetupFields {
  readonly code: string;
  readonly agencyName: string;
  readonly serverName: string;
  readonly displayName: string;
  readonly loginName: string;
  readonly password: string;
}

export type SetupProblem = 'missing' | 'invalid-server-name' | 'invalid-login-name' | PasswordProblem;

export interface SetupSnapshot {
  readonly fields: SetupFields;
  readonly problems: Partial<Record<keyof SetupFields, SetupProblem>>;
  readonly isServerNameFixed: boolean;
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
}

export interface SetupDependencies<Account> {
  /** From the address the terminal showed, if somebody followed it. */
  readonly code: string;
  readonly serverName: string;
  readonly isServerNameFixed: boolean;
  complete(fields: SetupFields): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

/** The specification's grammar, as far as a typing error goes: the server decides. */
const SERVER_NAME = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;
const LOGIN_NAME = /^[a-z0-9][a-z0-9._-]{1,62}$/;

/** First run: one page makes the agency and its first administrator. */
export class SetupViewModel<Account> implements Disposable {
  readonly #dependencies: SetupDependencies<Account>;
  readonly #snapshot: MutableValue<SetupSnapshot>;

  constructor(dependencies: SetupDependencies<Account>) {
    this.#dependencies = dependencies;
    const { code, serverName, isServerNameFixed } = dependencies;
    this.#snapshot = new MutableValue<SetupSnapshot>({
      fields: { code, agencyName: '', serverName, displayName: '', loginName: '', password: '' },
      problems: {},
      isServerNameFixed,
      isBusy: false,
      failure: undefined,
    });
  }

  get snapshot(): Observable<SetupSnapshot> {
    return this.#snapshot;
  }

  readonly change = (field: keyof SetupFields, value: string): void => {
    this.#snapshot.update((now) => ({
      ...now,
      fields: { ...now.fields, [field]: value },
      problems: { ...now.problems, [field]: undefined },
      failure: undefined,
    }));
  };

  readonly submit = async (): Promise<void> => {
    const { fields, isBusy } = this.#snapshot.get();
    if (isBusy) return;
    const problems = problemsOf(fields);
    this.#snapshot.update((now) => ({ ...now, problems, failure: undefined }));
    if (Object.keys(problems).length > 0) return;
    this.#snapshot.update((now) => ({ ...now, isBusy: true }));
    const outcome = await this.#dependencies.complete({ ...fields, code: fields.code.trim() });
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, fields.password);
    this.#snapshot.update((now) => ({ ...now, isBusy: false, failure: outcome.failure.kind }));
  };

  dispose(): void {
    this.#snapshot.update((now) => ({ ...now, fields: { ...now.fields, password: '' } }));
  }
}

function problemsOf(fields: SetupFields): SetupSnapshot['problems'] {
  const missing = Object.entries(fields).filter(([, value]) => value.trim() === '');
  const problems: Partial<Record<keyof SetupFields, SetupProblem>> = Object.fromEntries(
    missing.map(([field]) => [field, 'missing']),
  );
  if (problems.serverName === undefined && !SERVER_NAME.test(fields.serverName.trim()))
    problems.serverName = 'invalid-server-name';
  if (problems.loginName === undefined && !LOGIN_NAME.test(fields.loginName.trim()))
    problems.loginName = 'invalid-login-name';
  const password = problems.password === undefined ? checkNewPassword(fields.password) : undefined;
  if (password !== undefined) problems.password = password;
  return problems;
}
