import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

export interface SignInSnapshot {
  readonly loginName: string;
  readonly password: string;
  readonly isLoginNameMissing: boolean;
  readonly isPasswordMissing: boolean;
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
}

export interface SignInDependencies<Account> {
  signIn(loginName: string, password: string): Promise<Outcome<Account>>;
  onDone(account: Account, password: string): void;
}

export class SignInViewModel<Account> implements Disposable {
  readonly #dependencies: SignInDependencies<Account>;
  readonly #snapshot = new MutableValue<SignInSnapshot>({
    loginName: '',
    password: '',
    isLoginNameMissing: false,
    isPasswordMissing: false,
    isBusy: false,
    failure: undefined,
  });

  constructor(dependencies: SignInDependencies<Account>) {
    this.#dependencies = dependencies;
  }

  get snapshot(): Observable<SignInSnapshot> {
    return this.#snapshot;
  }

  readonly changeLoginName = (loginName: string): void => {
    this.#snapshot.update((now) => ({ ...now, loginName, isLoginNameMissing: false, failure: undefined }));
  };

  readonly changePassword = (password: string): void => {
    this.#snapshot.update((now) => ({ ...now, password, isPasswordMissing: false, failure: undefined }));
  };

  readonly submit = async (): Promise<void> => {
    const { loginName, password, isBusy } = this.#snapshot.get();
    if (isBusy) return;
    const isLoginNameMissing = loginName.trim() === '';
    const isPasswordMissing = password === '';
    this.#snapshot.update((now) => ({ ...now, isLoginNameMissing, isPasswordMissing, failure: undefined }));
    if (isLoginNameMissing || isPasswordMissing) return;
    this.#snapshot.update((now) => ({ ...now, isBusy: true }));
    const outcome = await this.#dependencies.signIn(loginName.trim(), password);
    if (outcome.ok) return this.#dependencies.onDone(outcome.value, password);
    // A wrong password is typed anew; the name stays.
    const isWrong = outcome.failure.kind === 'wrong-credentials';
    this.#snapshot.update((now) => ({
      ...now,
      isBusy: false,
      failure: outcome.failure.kind,
      password: isWrong ? '' : now.password,
    }));
  };

  dispose(): void {
    this.#snapshot.update((now) => ({ ...now, password: '' }));
  }
}
