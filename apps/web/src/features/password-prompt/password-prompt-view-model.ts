import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

export interface PasswordPromptSnapshot {
  readonly isOpen: boolean;
  readonly password: string;
  /** The last one was wrong. */
  readonly isRetry: boolean;
}

const CLOSED: PasswordPromptSnapshot = { isOpen: false, password: '', isRetry: false };

/** Asks for the password before something that deserves it. One question at a time. */
export class PasswordPromptViewModel implements Disposable {
  readonly #snapshot = new MutableValue(CLOSED);
  #answer: ((password: string | undefined) => void) | undefined;

  get snapshot(): Observable<PasswordPromptSnapshot> {
    return this.#snapshot;
  }

  /** Resolves with undefined when the person closes the question. */
  readonly ask = async (isRetry: boolean): Promise<string | undefined> => {
    this.#finish(undefined);
    this.#snapshot.set({ isOpen: true, password: '', isRetry });
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  };

  readonly change = (password: string): void => this.#snapshot.update((now) => ({ ...now, password, isRetry: false }));

  readonly submit = (): void => {
    const { password } = this.#snapshot.get();
    if (password !== '') this.#finish(password);
  };

  readonly cancel = (): void => this.#finish(undefined);

  #finish(password: string | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.#snapshot.set(CLOSED);
    answer?.(password);
  }

  dispose(): void {
    this.#finish(undefined);
  }
}
