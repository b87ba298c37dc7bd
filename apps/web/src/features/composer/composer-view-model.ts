import type { FailureKind, Outcome } from '../../model/failure.ts';
import type { Person } from '../../model/person.ts';
import type { MessageItem } from '../../model/timeline-item.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { inBackground } from '../../observable/in-background.ts';
import { findPeople, mentionedIn, mentionQueryAt, type MentionQuery } from './mentions.ts';

export interface OutgoingMessage {
  readonly text: string;
  readonly html: string | undefined;
  readonly replyTo: { readonly eventId: string; readonly senderId: string } | undefined;
  readonly editOf: string | undefined;
  /** Whom it calls by name. */
  readonly mentionedIds: readonly string[];
}

export interface ComposerDependencies {
  readonly roomId: string;
  /** Undefined where Markdown says no more than the text. */
  toHtml(markdown: string): Promise<string | undefined>;
  sendText(message: OutgoingMessage): Promise<Outcome<void>>;
  sendFile(file: {
    readonly file: File;
    readonly onProgress: (share: number) => void;
    readonly signal: AbortSignal;
  }): Promise<Outcome<void>>;
  setTyping(isTyping: boolean): Promise<void>;
  readonly drafts: DraftStore;
  /** Who can be mentioned here. */
  listPeople(): readonly Person[];
  /** Milliseconds since 1970. */
  now(): number;
}

export interface DraftStore {
  load(roomId: string): string;
  save(roomId: string, text: string): void;
}

type ComposerMode =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly message: MessageItem }
  | { readonly kind: 'edit'; readonly message: MessageItem };

export interface QueuedFile {
  readonly id: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly progress: number;
  readonly failure: FailureKind | undefined;
}

/** People whose name may be meant by what stands before the caret. */
export interface Suggestions {
  readonly people: readonly Person[];
  /** Counted from 0: the one that Enter takes. */
  readonly activeIndex: number;
}

export interface ComposerSnapshot {
  readonly text: string;
  readonly suggestions: Suggestions | undefined;
  readonly mode: ComposerMode;
  readonly files: readonly QueuedFile[];
}

/** The server forgets after 20 s; a keystroke now and then renews it. */
const TYPING_RENEWAL_MS = 8_000;

interface FileJob {
  readonly file: File;
  readonly abort: AbortController;
}

/** What is being written into one room. */
export class ComposerViewModel implements Disposable {
  readonly #dependencies: ComposerDependencies;
  readonly #snapshot: MutableValue<ComposerSnapshot>;
  readonly #jobs = new Map<number, FileJob>();
  #typingSince: number | undefined;
  #nextFileId = 1;
  /** What was being written when an edit began. */
  #draftBeforeEdit = '';
  #query: MentionQuery | undefined;
  readonly #mentioned: Person[] = [];

  constructor(dependencies: ComposerDependencies) {
    this.#dependencies = dependencies;
    const text = dependencies.drafts.load(dependencies.roomId);
    this.#snapshot = new MutableValue<ComposerSnapshot>({
      text,
      suggestions: undefined,
      mode: { kind: 'new' },
      files: [],
    });
  }

  get snapshot(): Observable<ComposerSnapshot> {
    return this.#snapshot;
  }

  /** `caret`: where the next letter will stand. */
  readonly change = (text: string, caret: number = text.length): void => {
    this.#set({ text });
    this.#suggest(text, caret);
    if (this.#snapshot.get().mode.kind !== 'edit') this.#saveDraft(text);
    this.#showTyping(text !== '');
  };

  readonly moveSuggestion = (step: 1 | -1): void => {
    const { suggestions } = this.#snapshot.get();
    if (suggestions === undefined) return;
    const count = suggestions.people.length;
    this.#set({ suggestions: { ...suggestions, activeIndex: (suggestions.activeIndex + step + count) % count } });
  };

  /** Puts the name into the text. Returns where the caret belongs, or undefined when there was nothing to take. */
  readonly takeSuggestion = (index?: number): number | undefined => {
    const { text, suggestions } = this.#snapshot.get();
    const person = suggestions?.people[index ?? suggestions.activeIndex];
    const query = this.#query;
    if (person === undefined || query === undefined) return undefined;
    const before = `${text.slice(0, query.start)}@${person.name} `;
    this.#mentioned.push(person);
    this.change(before + text.slice(query.start + 1 + query.text.length).trimStart(), before.length);
    return before.length;
  };

  /** False when there were none. */
  readonly closeSuggestions = (): boolean => {
    if (this.#snapshot.get().suggestions === undefined) return false;
    this.#set({ suggestions: undefined });
    return true;
  };

  readonly reply = (message: MessageItem): void => {
    if (this.#snapshot.get().mode.kind === 'edit') this.cancelMode();
    this.#set({ mode: { kind: 'reply', message } });
  };

  readonly edit = (message: MessageItem): void => {
    if (message.body.kind !== 'text' || message.eventId === undefined) return;
    if (this.#snapshot.get().mode.kind !== 'edit') this.#draftBeforeEdit = this.#snapshot.get().text;
    this.#set({ mode: { kind: 'edit', message }, text: message.body.text });
  };

  /** Esc: gives up the reply or the edit. False when there was none. */
  readonly cancelMode = (): boolean => {
    const { mode } = this.#snapshot.get();
    if (mode.kind === 'new') return false;
    this.#set({ mode: { kind: 'new' }, ...(mode.kind === 'edit' && { text: this.#draftBeforeEdit }) });
    return true;
  };

  readonly send = async (): Promise<void> => {
    const { text, mode } = this.#snapshot.get();
    const trimmed = text.trim();
    if (trimmed === '') return;
    const isUnchangedEdit =
      mode.kind === 'edit' && mode.message.body.kind === 'text' && mode.message.body.text === trimmed;
    // Before anything is waited for: what is typed next is the next message, and a second press sends nothing.
    this.#set({
      text: mode.kind === 'edit' ? this.#draftBeforeEdit : '',
      mode: { kind: 'new' },
      suggestions: undefined,
    });
    if (mode.kind !== 'edit') this.#saveDraft('');
    this.#showTyping(false);
    if (isUnchangedEdit) return;
    const replyTarget = mode.kind === 'reply' ? mode.message : undefined;
    const replyTo =
      replyTarget?.eventId === undefined
        ? undefined
        : { eventId: replyTarget.eventId, senderId: replyTarget.sender.userId };
    // A failure shows at the message, with the way to try again.
    const mentionedIds = mentionedIn(trimmed, this.#mentioned.splice(0));
    const html = await this.#dependencies.toHtml(trimmed);
    await this.#dependencies.sendText({
      text: trimmed,
      html,
      replyTo,
      editOf: mode.kind === 'edit' ? mode.message.eventId : undefined,
      mentionedIds,
    });
  };

  readonly attach = (files: readonly File[]): void => {
    for (const file of files) {
      const id = this.#nextFileId;
      this.#nextFileId += 1;
      this.#jobs.set(id, { file, abort: new AbortController() });
      this.#set({ files: [...this.#snapshot.get().files, { id, name: file.name, progress: 0, failure: undefined }] });
      inBackground(this.retryFile(id));
    }
  };

  readonly retryFile = async (id: number): Promise<void> => {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#setFile(id, { progress: 0, failure: undefined });
    const outcome = await this.#dependencies.sendFile({
      file: job.file,
      signal: job.abort.signal,
      onProgress: (progress) => this.#setFile(id, { progress }),
    });
    if (outcome.ok) this.#drop(id);
    else this.#setFile(id, { failure: outcome.failure.kind });
  };

  /** Stops the upload, or takes the failed one away. */
  readonly cancelFile = (id: number): void => {
    this.#jobs.get(id)?.abort.abort();
    this.#drop(id);
  };

  #suggest(text: string, caret: number): void {
    this.#query = mentionQueryAt(text, caret);
    const people = this.#query === undefined ? [] : findPeople(this.#dependencies.listPeople(), this.#query.text);
    this.#set({ suggestions: people.length === 0 ? undefined : { people, activeIndex: 0 } });
  }

  #drop(id: number): void {
    this.#jobs.delete(id);
    this.#set({ files: this.#snapshot.get().files.filter((file) => file.id !== id) });
  }

  #setFile(id: number, change: Partial<QueuedFile>): void {
    this.#set({ files: this.#snapshot.get().files.map((file) => (file.id === id ? { ...file, ...change } : file)) });
  }

  #saveDraft(text: string): void {
    this.#dependencies.drafts.save(this.#dependencies.roomId, text);
  }

  #showTyping(isTyping: boolean): void {
    const now = this.#dependencies.now();
    if (isTyping && this.#typingSince !== undefined && now - this.#typingSince < TYPING_RENEWAL_MS) return;
    if (!isTyping && this.#typingSince === undefined) return;
    this.#typingSince = isTyping ? now : undefined;
    // A courtesy: nothing is lost when it does not arrive.
    void this.#dependencies.setTyping(isTyping).catch(() => undefined);
  }

  #set(change: Partial<ComposerSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#showTyping(false);
  }
}
