import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

type DeviceConfirmationStep = 'choose' | 'enter-key' | 'restoring' | 'confirm-reset' | 'reset';

export interface DeviceConfirmationSnapshot {
  readonly step: DeviceConfirmationStep;
  readonly writtenKey: string;
  readonly failure: FailureKind | undefined;
  readonly isAsking: boolean;
  /** Keys of old messages: how many came back, of how many. */
  readonly progress: { readonly restored: number; readonly total: number } | undefined;
}

export interface DeviceConfirmationDependencies {
  recover(
    writtenKey: string,
    onProgress: (progress: { readonly restored: number; readonly total: number }) => void,
  ): Promise<Outcome<void>>;
  /** Asks the person's other devices; the comparison itself is another screen. */
  askOtherDevice(): Promise<void>;
}

/** A new device shows that it belongs to the person: by another device, by the recovery key, or by beginning anew. */
export class DeviceConfirmationViewModel implements Disposable {
  readonly #dependencies: DeviceConfirmationDependencies;
  readonly #snapshot = new MutableValue<DeviceConfirmationSnapshot>({
    step: 'choose',
    writtenKey: '',
    failure: undefined,
    isAsking: false,
    progress: undefined,
  });

  constructor(dependencies: DeviceConfirmationDependencies) {
    this.#dependencies = dependencies;
  }

  get snapshot(): Observable<DeviceConfirmationSnapshot> {
    return this.#snapshot;
  }

  readonly useOtherDevice = async (): Promise<void> => {
    this.#set({ isAsking: true, failure: undefined });
    try {
      await this.#dependencies.askOtherDevice();
    } catch {
      this.#set({ failure: 'unexpected' });
    } finally {
      this.#set({ isAsking: false });
    }
  };

  readonly useKey = (): void => this.#set({ step: 'enter-key', failure: undefined });
  readonly askForReset = (): void => this.#set({ step: 'confirm-reset', failure: undefined });
  readonly reset = (): void => this.#set({ step: 'reset' });
  readonly back = (): void => this.#set({ step: 'choose', failure: undefined, writtenKey: '' });
  readonly changeKey = (writtenKey: string): void => this.#set({ writtenKey, failure: undefined });

  readonly submitKey = async (): Promise<void> => {
    const { writtenKey, step } = this.#snapshot.get();
    if (step !== 'enter-key') return;
    if (writtenKey.trim() === '') return this.#set({ failure: 'wrong-recovery-key' });
    this.#set({ step: 'restoring', failure: undefined, progress: undefined });
    const outcome = await this.#dependencies.recover(writtenKey, (progress) => this.#set({ progress }));
    if (!outcome.ok) this.#set({ step: 'enter-key', failure: outcome.failure.kind });
  };

  #set(change: Partial<DeviceConfirmationSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#set({ writtenKey: '' });
  }
}
