import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

export interface CreatedInvitation {
  readonly code: string;
  readonly url: string;
  readonly expiresTs: number;
  readonly displayName: string | undefined;
  readonly isAdmin: boolean;
}

export interface InvitationsDependencies {
  create(invitation: {
    readonly displayName: string | undefined;
    readonly isAdmin: boolean;
  }): Promise<Outcome<CreatedInvitation>>;
}

export interface InvitationsSnapshot {
  readonly displayName: string;
  readonly isAdmin: boolean;
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
  /** Made since the dialog was opened, newest first: their codes are shown only now. */
  readonly created: readonly CreatedInvitation[];
}

/** An administrator invites somebody to the agency by a code that works once. */
export class InvitationsViewModel implements Disposable {
  readonly #dependencies: InvitationsDependencies;
  readonly #snapshot = new MutableValue<InvitationsSnapshot>({
    displayName: '',
    isAdmin: false,
    isBusy: false,
    failure: undefined,
    created: [],
  });

  constructor(dependencies: InvitationsDependencies) {
    this.#dependencies = dependencies;
  }

  get snapshot(): Observable<InvitationsSnapshot> {
    return this.#snapshot;
  }

  readonly changeDisplayName = (displayName: string): void => this.#set({ displayName, failure: undefined });
  readonly changeRole = (isAdmin: boolean): void => this.#set({ isAdmin });

  readonly create = async (): Promise<void> => {
    const { displayName, isAdmin, isBusy } = this.#snapshot.get();
    if (isBusy) return;
    this.#set({ isBusy: true, failure: undefined });
    const outcome = await this.#dependencies.create({ displayName: displayName.trim() || undefined, isAdmin });
    if (outcome.ok)
      this.#set({
        isBusy: false,
        displayName: '',
        isAdmin: false,
        created: [outcome.value, ...this.#snapshot.get().created],
      });
    else this.#set({ isBusy: false, failure: outcome.failure.kind });
  };

  #set(change: Partial<InvitationsSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#set({ created: [] });
  }
}
