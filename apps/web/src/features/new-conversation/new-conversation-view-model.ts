import type { FailureKind, Outcome } from '../../model/failure.ts';
import type { Person } from '../../model/person.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

/** `direct`: one person. `room`: a name and any number. `invite`: into an existing room. */
export type ConversationPurpose =
  | { readonly kind: 'direct' }
  | { readonly kind: 'room' }
  | { readonly kind: 'invite'; readonly roomId: string; readonly memberIds: readonly string[] };

export interface NewConversationDependencies {
  readonly purpose: ConversationPurpose;
  searchPeople(term: string): Promise<Outcome<readonly Person[]>>;
  openDirectChat(userId: string): Promise<Outcome<string>>;
  createRoom(room: { readonly name: string; readonly invitees: readonly string[] }): Promise<Outcome<string>>;
  invite(roomId: string, userIds: readonly string[]): Promise<Outcome<void>>;
  onDone(roomId: string): void;
  /** Calls back when the person has stopped typing; returns what cancels it. */
  afterPause(action: () => void): () => void;
}

export interface NewConversationSnapshot {
  readonly name: string;
  readonly isNameMissing: boolean;
  readonly query: string;
  /** Undefined before the first search. */
  readonly results: readonly Person[] | undefined;
  readonly isSearching: boolean;
  readonly chosen: readonly Person[];
  readonly isBusy: boolean;
  readonly failure: FailureKind | undefined;
}

/** The directory answers from here on. */
export const MINIMUM_QUERY_LENGTH = 2;

/** Finds people and begins a conversation with them. */
export class NewConversationViewModel implements Disposable {
  readonly #dependencies: NewConversationDependencies;
  readonly #snapshot = new MutableValue<NewConversationSnapshot>({
    name: '',
    isNameMissing: false,
    query: '',
    results: undefined,
    isSearching: false,
    chosen: [],
    isBusy: false,
    failure: undefined,
  });
  #cancelSearch = (): void => undefined;

  constructor(dependencies: NewConversationDependencies) {
    this.#dependencies = dependencies;
  }

  get snapshot(): Observable<NewConversationSnapshot> {
    return this.#snapshot;
  }

  readonly changeName = (name: string): void => this.#set({ name, isNameMissing: false });

  readonly search = (query: string): void => {
    this.#cancelSearch();
    const isLongEnough = query.trim().length >= MINIMUM_QUERY_LENGTH;
    this.#set({ query, isSearching: isLongEnough, failure: undefined, ...(!isLongEnough && { results: undefined }) });
    if (isLongEnough) this.#cancelSearch = this.#dependencies.afterPause(() => void this.#find(query));
  };

  /** In a direct chat a choice is the whole thing; else it adds or takes away. */
  readonly choose = async (person: Person): Promise<void> => {
    if (this.#dependencies.purpose.kind === 'direct')
      return this.#finish(async () => this.#dependencies.openDirectChat(person.userId));
    const { chosen } = this.#snapshot.get();
    const isChosen = chosen.some(({ userId }) => userId === person.userId);
    this.#set({ chosen: isChosen ? chosen.filter(({ userId }) => userId !== person.userId) : [...chosen, person] });
  };

  readonly submit = async (): Promise<void> => {
    const { purpose } = this.#dependencies;
    const { name, chosen } = this.#snapshot.get();
    const invitees = chosen.map(({ userId }) => userId);
    if (purpose.kind === 'invite') {
      if (invitees.length === 0) return;
      return this.#finish(async () => {
        const outcome = await this.#dependencies.invite(purpose.roomId, invitees);
        return outcome.ok ? { ok: true, value: purpose.roomId } : outcome;
      });
    }
    if (name.trim() === '') return this.#set({ isNameMissing: true });
    await this.#finish(async () => this.#dependencies.createRoom({ name: name.trim(), invitees }));
  };

  async #find(query: string): Promise<void> {
    const outcome = await this.#dependencies.searchPeople(query.trim());
    // An answer to what is no longer asked.
    if (this.#snapshot.get().query !== query) return;
    const { purpose } = this.#dependencies;
    const present = new Set(purpose.kind === 'invite' ? purpose.memberIds : []);
    if (outcome.ok)
      this.#set({ isSearching: false, results: outcome.value.filter(({ userId }) => !present.has(userId)) });
    else this.#set({ isSearching: false, failure: outcome.failure.kind });
  }

  async #finish(action: () => Promise<Outcome<string>>): Promise<void> {
    if (this.#snapshot.get().isBusy) return;
    this.#set({ isBusy: true, failure: undefined });
    const outcome = await action();
    this.#set({ isBusy: false });
    if (outcome.ok) this.#dependencies.onDone(outcome.value);
    else this.#set({ failure: outcome.failure.kind });
  }

  #set(change: Partial<NewConversationSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#cancelSearch();
  }
}
