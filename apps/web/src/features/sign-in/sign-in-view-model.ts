import { FormModel, missingIn, type FormSnapshot } from '../../forms/form-model.ts';
import type { Outcome } from '../../model/failure.ts';
import type { Disposable, Observable } from '../../observable/observable.ts';

export type SignInField = 'name' | 'password';
export type SignInSnapshot = FormSnapshot<SignInField, 'missing'>;

export interface SignInDependencies<Account> {
  signIn(loginName: string, password: string): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

export class SignInViewModel<Account> implements Disposable {
  readonly #dependencies: SignInDependencies<Account>;
  readonly #form = new FormModel<SignInField, 'missing'>({ name: '', password: '' });

  constructor(dependencies: SignInDependencies<Account>) {
    this.#dependencies = dependencies;
  }

  get snapshot(): Observable<SignInSnapshot> {
    return this.#form.snapshot;
  }

  readonly change = (field: SignInField, value: string): void => this.#form.change(field, value);

  readonly submit = async (): Promise<void> => {
    const fields = this.#form.submit(missingIn);
    if (fields === undefined) return;
    const outcome = await this.#dependencies.signIn(fields.name.trim(), fields.password);
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, fields.password);
    const { kind } = outcome.failure;
    // A wrong password is typed anew; the name stays.
    if (kind === 'wrong-credentials') this.#form.clear('password');
    this.#form.refuse(kind);
  };

  dispose(): void {
    this.#form.clear('password');
  }
}
