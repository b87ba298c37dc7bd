import type { Person } from '../../model/person.ts';
import type { MessageItem, TimelineItem } from '../../model/timeline-item.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { rowsOf, type TimelineRow } from './timeline-rows.ts';

export interface TimelineSource {
  readonly initiallyReadUpTo: string | undefined;
  readonly items: Observable<readonly TimelineItem[]>;
  readonly typing: Observable<readonly Person[]>;
  readonly hasOlder: Observable<boolean>;
  loadOlder(): Promise<void>;
  markRead(): Promise<void>;
  react(eventId: string, key: string): Promise<void>;
  delete(eventId: string, reason: string | undefined): Promise<void>;
  retry(key: string): Promise<void>;
  discard(key: string): void;
}

export interface TimelineSnapshot {
  readonly rows: readonly TimelineRow[];
  readonly typing: readonly Person[];
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Loading failed; the person can ask again. */
  readonly hasLoadingFailed: boolean;
  /** Arrived while the person was reading further up. */
  readonly newBelow: number;
  /** Increased when rows were added at the top, so that the view keeps its place. */
  readonly prepends: number;
  /** Read to people who cannot see the list. Set anew for each batch of messages. */
  readonly announcement: Announcement | undefined;
  /** An action on a message failed. */
  readonly hasActionFailed: boolean;
}

export type Announcement =
  | { readonly kind: 'message'; readonly message: MessageItem }
  | { readonly kind: 'several'; readonly count: number };

/** One room's messages as rows, and what can be done with them. */
export class TimelineViewModel implements Disposable {
  readonly #source: TimelineSource;
  readonly #snapshot: MutableValue<TimelineSnapshot>;
  readonly #cleanups = new Cleanups();
  #isAtBottom = true;
  #isVisible = true;

  constructor(source: TimelineSource) {
    this.#source = source;
    this.#snapshot = new MutableValue<TimelineSnapshot>({
      rows: rowsOf(source.items.get(), source.initiallyReadUpTo),
      typing: source.typing.get(),
      hasOlder: source.hasOlder.get(),
      isLoadingOlder: false,
      hasLoadingFailed: false,
      newBelow: 0,
      prepends: 0,
      announcement: undefined,
      hasActionFailed: false,
    });
    let before = source.items.get();
    this.#cleanups.add(
      source.items.subscribe(() => {
        const after = source.items.get();
        this.#receive(before, after);
        before = after;
      }),
    );
    this.#cleanups.add(source.typing.subscribe(() => this.#set({ typing: source.typing.get() })));
    this.#cleanups.add(source.hasOlder.subscribe(() => this.#set({ hasOlder: source.hasOlder.get() })));
    this.#markReadIfSeen();
  }

  get snapshot(): Observable<TimelineSnapshot> {
    return this.#snapshot;
  }

  readonly loadOlder = async (): Promise<void> => {
    const { isLoadingOlder, hasOlder } = this.#snapshot.get();
    if (isLoadingOlder || !hasOlder) return;
    this.#set({ isLoadingOlder: true, hasLoadingFailed: false });
    try {
      await this.#source.loadOlder();
    } catch {
      this.#set({ hasLoadingFailed: true });
    } finally {
      this.#set({ isLoadingOlder: false });
    }
  };

  /** The view tells where the person is. */
  readonly setPlace = (isAtBottom: boolean): void => {
    if (this.#isAtBottom === isAtBottom) return;
    this.#isAtBottom = isAtBottom;
    if (isAtBottom) this.#set({ newBelow: 0 });
    this.#markReadIfSeen();
  };

  readonly setVisible = (isVisible: boolean): void => {
    this.#isVisible = isVisible;
    this.#markReadIfSeen();
  };

  /** Adds the reaction, or takes back one's own. */
  readonly toggleReaction = async (message: MessageItem, key: string): Promise<void> => {
    const { eventId } = message;
    if (eventId === undefined) return;
    const own = message.reactions.find((reaction) => reaction.key === key)?.ownEventId;
    await this.#attempt(async () =>
      own === undefined ? this.#source.react(eventId, key) : this.#source.delete(own, undefined),
    );
  };

  readonly delete = async (message: MessageItem): Promise<void> => {
    const { eventId } = message;
    if (eventId !== undefined) await this.#attempt(async () => this.#source.delete(eventId, undefined));
  };

  /** A message that fails again shows so itself. */
  readonly retry = async (message: MessageItem): Promise<void> => {
    await this.#source.retry(message.key).catch(() => undefined);
  };

  readonly discard = (message: MessageItem): void => this.#source.discard(message.key);

  readonly dismissFailure = (): void => this.#set({ hasActionFailed: false });

  #receive(before: readonly TimelineItem[], after: readonly TimelineItem[]): void {
    const known = new Set(before.map(({ key }) => key));
    const firstKnown = after.findIndex(({ key }) => known.has(key));
    const lastKnown = after.findLastIndex(({ key }) => known.has(key));
    const appended = lastKnown === -1 ? [] : after.slice(lastKnown + 1);
    const messages = appended.filter((item) => item.kind === 'message' && !item.isOwn);
    const now = this.#snapshot.get();
    this.#set({
      rows: rowsOf(after, this.#source.initiallyReadUpTo),
      prepends: firstKnown > 0 ? now.prepends + 1 : now.prepends,
      newBelow: this.#isAtBottom ? 0 : now.newBelow + messages.length,
      ...(messages.length > 0 && this.#isAtBottom && { announcement: announcementOf(messages) }),
    });
    if (appended.length > 0) this.#markReadIfSeen();
  }

  #markReadIfSeen(): void {
    // The next message tries again.
    if (this.#isAtBottom && this.#isVisible) void this.#source.markRead().catch(() => undefined);
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch {
      this.#set({ hasActionFailed: true });
    }
  }

  #set(change: Partial<TimelineSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}

function announcementOf(items: readonly TimelineItem[]): Announcement {
  const [only] = items;
  return items.length === 1 && only?.kind === 'message'
    ? { kind: 'message', message: only }
    : { kind: 'several', count: items.length };
}
