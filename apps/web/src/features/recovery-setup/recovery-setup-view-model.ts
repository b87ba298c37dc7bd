import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

/** `intro` says why, `show` shows the key, `check` asks for two of its groups, `saving` stores, `failed` offers to try again. */
type RecoverySetupStep = 'intro' | 'show' | 'check' | 'saving' | 'failed';

export interface RecoverySetupSnapshot {
  readonly step: RecoverySetupStep;
  readonly isReset: boolean;
  /** The key's groups of four characters. */
  readonly groups: readonly string[];
  /** Which groups are asked for, counted from 0, ascending. */
  readonly asked: readonly [number, number];
  readonly answers: readonly [string, string];
  readonly isAnswerWrong: boolean;
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
}

export interface RecoverySetupDependencies {
  readonly isReset: boolean;
  generateKey(): Promise<string>;
  complete(isReset: boolean): Promise<Outcome<void>>;
  /** False when something is still missing after all. */
  finish(): Promise<boolean>;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
}

/** Makes the recovery key and sees to it that it was really kept, before anything depends on it. */
export class RecoverySetupViewModel implements Disposable {
  readonly #dependencies: RecoverySetupDependencies;
  readonly #snapshot: MutableValue<RecoverySetupSnapshot>;

  constructor(dependencies: RecoverySetupDependencies) {
    this.#dependencies = dependencies;
    this.#snapshot = new MutableValue<RecoverySetupSnapshot>({
      step: 'intro',
      isReset: dependencies.isReset,
      groups: [],
      asked: [0, 1],
      answers: ['', ''],
      isAnswerWrong: false,
      isBusy: false,
      failure: undefined,
    });
  }

  get snapshot(): Observable<RecoverySetupSnapshot> {
    return this.#snapshot;
  }

  readonly create = async (): Promise<void> => {
    if (this.#snapshot.get().isBusy) return;
    this.#set({ isBusy: true });
    const key = await this.#dependencies.generateKey();
    const groups = key.trim().split(/\s+/);
    this.#set({ step: 'show', groups, asked: this.#chooseTwo(groups.length), isBusy: false });
  };

  /** The person says the key is kept. */
  readonly confirmKept = (): void => this.#set({ step: 'check', answers: ['', ''], isAnswerWrong: false });

  readonly showAgain = (): void => this.#set({ step: 'show', isAnswerWrong: false });

  readonly answer = (index: 0 | 1, value: string): void => {
    const { answers } = this.#snapshot.get();
    this.#set({ answers: index === 0 ? [value, answers[1]] : [answers[0], value], isAnswerWrong: false });
  };

  readonly check = async (): Promise<void> => {
    const { asked, answers, groups, step } = this.#snapshot.get();
    if (step !== 'check') return;
    const isRight = asked.every(
      (group, index) => groups[group]?.toLowerCase() === answers[index]?.trim().toLowerCase(),
    );
    if (!isRight) return this.#set({ isAnswerWrong: true });
    await this.save();
  };

  /** Stores under the key; also the way to try again. */
  readonly save = async (): Promise<void> => {
    this.#set({ step: 'saving', failure: undefined });
    const outcome = await this.#dependencies.complete(this.#dependencies.isReset);
    if (!outcome.ok) this.#set({ step: 'failed', failure: outcome.failure.kind });
    else if (!(await this.#dependencies.finish())) this.#set({ step: 'failed', failure: 'unexpected' });
  };

  #chooseTwo(count: number): readonly [number, number] {
    const first = Math.floor(this.#dependencies.random() * count);
    const second = (first + 1 + Math.floor(this.#dependencies.random() * (count - 1))) % count;
    return first < second ? [first, second] : [second, first];
  }

  #set(change: Partial<RecoverySetupSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#set({ groups: [], answers: ['', ''] });
  }
}
