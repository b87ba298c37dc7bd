import { FormModel, missingIn, type FieldProblems, type FormSnapshot } from '../../forms/form-model.ts';
import { checkNewPassword, type PasswordProblem } from '../../forms/new-password.ts';
import type { FailureKind, Outcome } from '../../model/failure.ts';
import type { Disposable, Observable } from '../../observable/observable.ts';

export interface RegistrationFields {
  readonly invitationCode: string;
  readonly displayName: string;
  readonly loginName: string;
  readonly password: string;
}

export type RegistrationField = keyof RegistrationFields;
export type RegistrationProblem = 'missing' | 'name-invalid' | 'code-not-valid' | 'name-taken' | PasswordProblem;
export type RegistrationSnapshot = FormSnapshot<RegistrationField, RegistrationProblem>;

export interface RegistrationDependencies<Account> {
  /** From the link of the invitation, if somebody followed it. */
  readonly invitationCode: string;
  isInvitationCodeValid(code: string): Promise<Outcome<boolean>>;
  register(account: RegistrationFields): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

/** Somebody invited by a one-time code makes an account. Which login names there may be is the server's to say. */
export class RegistrationViewModel<Account> implements Disposable {
  readonly #dependencies: RegistrationDependencies<Account>;
  readonly #form: FormModel<RegistrationField, RegistrationProblem>;

  constructor(dependencies: RegistrationDependencies<Account>) {
    this.#dependencies = dependencies;
    const { invitationCode } = dependencies;
    this.#form = new FormModel({ invitationCode, displayName: '', loginName: '', password: '' });
  }

  get snapshot(): Observable<RegistrationSnapshot> {
    return this.#form.snapshot;
  }

  readonly change = (field: RegistrationField, value: string): void => this.#form.change(field, value);

  readonly submit = async (): Promise<void> => {
    const fields = this.#form.submit((typed) => ({ ...checkNewPassword(typed), ...missingIn(typed) }));
    if (fields === undefined) return;
    const account = {
      ...fields,
      invitationCode: fields.invitationCode.trim(),
      loginName: fields.loginName.trim(),
      displayName: fields.displayName.trim(),
    };
    const validity = await this.#dependencies.isInvitationCodeValid(account.invitationCode);
    if (!validity.ok) return this.#form.refuse(validity.failure.kind);
    if (!validity.value) return this.#form.refuse(undefined, { invitationCode: 'code-not-valid' });
    const outcome = await this.#dependencies.register(account);
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, fields.password);
    const { kind } = outcome.failure;
    const problems = FIELD_PROBLEMS[kind];
    this.#form.refuse(problems === undefined ? kind : undefined, problems);
  };

  dispose(): void {
    this.#form.clear('password');
  }
}

/** Refusals of the server that concern one field. */
const FIELD_PROBLEMS: Partial<Record<FailureKind, FieldProblems<RegistrationField, RegistrationProblem>>> = {
  'name-taken': { loginName: 'name-taken' },
  'name-invalid': { loginName: 'name-invalid' },
  'weak-password': { password: 'password-too-short' },
};
