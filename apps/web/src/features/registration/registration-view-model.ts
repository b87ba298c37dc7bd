import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { checkNewPassword, type PasswordProblem } from './new-password.ts';

export interface RegistrationFields {
  readonly invitationCode: string;
  readonly displayName: string;
  readonly loginName: string;
  readonly password: string;
}

export type RegistrationProblem = 'missing' | 'invalid-login-name' | 'code-not-valid' | 'name-taken' | PasswordProblem;

export interface RegistrationSnapshot {
  readonly fields: RegistrationFields;
  readonly problems: Partial<Record<keyof RegistrationFields, RegistrationProblem>>;
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
}

export interface RegistrationDependencies<Account> {
  /** From the link of the invitation, if somebody followed it. */
  readonly invitationCode: string;
  isInvitationCodeValid(code: string): Promise<Outcome<boolean>>;
  register(account: RegistrationFields): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

const LOGIN_NAME = /^[a-z0-9][a-z0-9._=/+-]{1,62}$/;

/** Somebody invited by a one-time code makes an account. */
export class RegistrationViewModel<Account> implements Disposable {
  readonly #dependencies: RegistrationDependencies<Account>;
  readonly #snapshot: MutableValue<RegistrationSnapshot>;

  constructor(dependencies: RegistrationDependencies<Account>) {
    this.#dependencies = dependencies;
    this.#snapshot = new MutableValue<RegistrationSnapshot>({
      fields: { invitationCode: dependencies.invitationCode, displayName: '', loginName: '', password: '' },
      problems: {},
      isBusy: false,
      failure: undefined,
    });
  }

  get snapshot(): Observable<RegistrationSnapshot> {
    return this.#snapshot;
  }

  readonly change = (field: keyof RegistrationFields, value: string): void => {
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
    const account = {
      ...fields,
      invitationCode: fields.invitationCode.trim(),
      loginName: fields.loginName.trim(),
      displayName: fields.displayName.trim(),
    };
    const validity = await this.#dependencies.isInvitationCodeValid(account.invitationCode);
    if (!validity.ok) return this.#refuse(validity.failure.kind, {});
    if (!validity.value) return this.#refuse(undefined, { invitationCode: 'code-not-valid' });
    const outcome = await this.#dependencies.register(account);
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, fields.password);
    const { kind } = outcome.failure;
    if (kind === 'name-taken') this.#refuse(undefined, { loginName: 'name-taken' });
    else if (kind === 'name-invalid') this.#refuse(undefined, { loginName: 'invalid-login-name' });
    else if (kind === 'weak-password') this.#refuse(undefined, { password: 'password-too-short' });
    else this.#refuse(kind, {});
  };

  #refuse(kind: FailureKind | undefined, problems: RegistrationSnapshot['problems']): void {
    this.#snapshot.update((now) => ({ ...now, isBusy: false, failure: kind, problems }));
  }

  dispose(): void {
    this.#snapshot.update((now) => ({ ...now, fields: { ...now.fields, password: '' } }));
  }
}

function problemsOf(fields: RegistrationFields): RegistrationSnapshot['problems'] {
  const missing = Object.entries(fields).filter(([, value]) => value.trim() === '');
  const problems: Partial<Record<keyof RegistrationFields, RegistrationProblem>> = Object.fromEntries(
    missing.map(([field]) => [field, 'missing']),
  );
  if (problems.loginName === undefined && !LOGIN_NAME.test(fields.loginName.trim()))
    problems.loginName = 'invalid-login-name';
  const password = problems.password === undefined ? checkNewPassword(fields.password) : undefined;
  if (password !== undefined) problems.password = password;
  return problems;
}
