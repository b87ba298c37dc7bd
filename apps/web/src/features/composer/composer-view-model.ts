import type { FailureKind, Outcome } from '../../model/failure.ts';
import type { MessageItem } from '../../model/timeline-item.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { inBackground } from '../../observable/in-background.ts';

export interface OutgoingMessage {
  readonly text: string;
  readonly html: string | undefined;
  readonly replyTo: { readonly eventId: string; readonly senderId: string } | undefined;
  readonly editOf: string | undefined;
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

export interface ComposerSnapshot {
  readonly text: string;
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

  constructor(dependencies: ComposerDependencies) {
    this.#dependencies = dependencies;
    const text = dependencies.drafts.load(dependencies.roomId);
    this.#snapshot = new MutableValue<ComposerSnapshot>({ text, mode: { kind: 'new' }, files: [] });
  }

  get snapshot(): Observable<ComposerSnapshot> {
    return this.#snapshot;
  }

  readonly change = (text: string): void => {
    this.#set({ text });
    if (this.#snapshot.get().mode.kind !== 'edit') this.#saveDraft(text);
    this.#showTyping(text !== '');
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
    const html = isUnchangedEdit ? undefined : await this.#dependencies.toHtml(trimmed);
    this.#set({ text: mode.kind === 'edit' ? this.#draftBeforeEdit : '', mode: { kind: 'new' } });
    if (mode.kind !== 'edit') this.#saveDraft('');
    this.#showTyping(false);
    if (isUnchangedEdit) return;
    const replyTarget = mode.kind === 'reply' ? mode.message : undefined;
    const replyTo =
      replyTarget?.eventId === undefined
        ? undefined
        : { eventId: replyTarget.eventId, senderId: replyTarget.sender.userId };
    // A failure shows at the message, with the way to try again.
    await this.#dependencies.sendText({
      text: trimmed,
      html,
      replyTo,
      editOf: mode.kind === 'edit' ? mode.message.eventId : undefined,
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
