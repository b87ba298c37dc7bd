import { FormModel, missingIn, type FieldProblems, type FormSnapshot } from '../../forms/form-model.ts';
import { checkNewPassword, type PasswordProblem } from '../../forms/new-password.ts';
import type { FailureKind, Outcome } from '../../model/failure.ts';
import type { Disposable, Observable } from '../../observable/observable.ts';

export interface SetupFields {
  readonly code: string;
  readonly agencyName: string;
  readonly serverName: string;
  readonly displayName: string;
  readonly loginName: string;
  readonly password: string;
}

export type SetupField = keyof SetupFields;
export type SetupProblem = 'missing' | 'invalid-server-name' | 'name-invalid' | PasswordProblem;
export type SetupSnapshot = FormSnapshot<SetupField, SetupProblem>;

export interface SetupDependencies<Account> {
  /** From the address the terminal showed, if somebody followed it. */
  readonly code: string;
  readonly serverName: string;
  complete(fields: SetupFields): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

/** The specification's grammar, as far as a typing error goes: the server decides. */
const SERVER_NAME = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;

/** First run: one page makes the agency and its first administrator. */
export class SetupViewModel<Account> implements Disposable {
  readonly #dependencies: SetupDependencies<Account>;
  readonly #form: FormModel<SetupField, SetupProblem>;

  constructor(dependencies: SetupDependencies<Account>) {
    this.#dependencies = dependencies;
    const { code, serverName } = dependencies;
    this.#form = new FormModel({ code, agencyName: '', serverName, displayName: '', loginName: '', password: '' });
  }

  get snapshot(): Observable<SetupSnapshot> {
    return this.#form.snapshot;
  }

  readonly change = (field: SetupField, value: string): void => this.#form.change(field, value);

  readonly submit = async (): Promise<void> => {
    const fields = this.#form.submit(problemsOf);
    if (fields === undefined) return;
    const { code, serverName, loginName } = fields;
    const outcome = await this.#dependencies.complete({
      ...fields,
      code: code.trim(),
      serverName: serverName.trim(),
      loginName: loginName.trim(),
    });
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, fields.password);
    const { kind } = outcome.failure;
    const problems = FIELD_PROBLEMS[kind];
    this.#form.refuse(problems === undefined ? kind : undefined, problems);
  };

  dispose(): void {
    this.#form.clear('password');
  }
}

function problemsOf(fields: SetupFields): FieldProblems<SetupField, SetupProblem> {
  const isServerName = SERVER_NAME.test(fields.serverName.trim());
  return {
    ...checkNewPassword(fields),
    ...(isServerName ? {} : { serverName: 'invalid-server-name' }),
    ...missingIn(fields),
  };
}

/** Refusals of the server that concern one field. */
const FIELD_PROBLEMS: Partial<Record<FailureKind, FieldProblems<SetupField, SetupProblem>>> = {
  'name-invalid': { loginName: 'name-invalid' },
  'weak-password': { password: 'password-too-short' },
};
