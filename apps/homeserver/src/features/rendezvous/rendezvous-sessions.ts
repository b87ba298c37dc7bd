import { notFound, tooLarge } from '@stafette/contracts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';

export interface Note {
  readonly text: Buffer;
  /** Another one with each write. */
  readonly tag: string;
  readonly changedAtMs: number;
  readonly expiresAtMs: number;
}

interface Session {
  readonly note: Note;
  readonly opener: string;
}

export const MAX_NOTE_BYTES = 4 * 1024;
/** Beyond, the oldest goes. */
const MAX_SESSIONS = 1_000;
/** Of one opener; beyond, their own oldest goes, so that whoever opens many takes the room from themselves alone. */
const MAX_OF_ONE = 50;
const ID_BYTES = 18;
const TAG_BYTES = 9;

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** Addresses that count as one. */
  readonly openerOf: (ip: string) => string;
}

/**
 * Places where two devices leave each other notes while one of them logs the other in. What the notes say is encrypted
 * between the two; the server keeps them in memory, briefly.
 */
export class RendezvousSessions {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #openerOf: Dependencies['openerOf'];
  readonly #lifetimeMs: number;
  /** In the order in which they were opened. */
  readonly #sessions = new Map<string, Session>();

  /** `lifetimeMs` counts from the last note. */
  constructor(dependencies: Dependencies, lifetimeMs: number) {
    this.#clock = dependencies.clock;
    this.#random = dependencies.random;
    this.#openerOf = dependencies.openerOf;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Throws M_TOO_LARGE, as {@link replace}. */
  open(text: Buffer, ip: string): { readonly id: string; readonly note: Note } {
    const note = this.#make(text);
    const opener = this.#openerOf(ip);
    for (const [id, session] of this.#sessions)
      if (session.note.expiresAtMs <= note.changedAtMs) this.#sessions.delete(id);
    const own = [...this.#sessions].filter(([, session]) => session.opener === opener);
    const [oldest] = own.length >= MAX_OF_ONE ? own : this.#sessions.size >= MAX_SESSIONS ? this.#sessions : [];
    if (oldest !== undefined) this.#sessions.delete(oldest[0]);
    const id = this.#random.token(ID_BYTES);
    this.#sessions.set(id, { note, opener });
    return { id, note };
  }

  /** Throws M_NOT_FOUND, as all below. */
  read(id: string): Note {
    return this.#get(id).note;
  }

  /** Replaces the note that one has read; undefined when it is another one by now. */
  replace(id: string, text: Buffer, readTag: string): Note | undefined {
    const session = this.#get(id);
    if (session.note.tag !== readTag) return undefined;
    const note = this.#make(text);
    this.#sessions.set(id, { ...session, note });
    return note;
  }

  /** Time until the note is gone, ms. */
  leftMs({ expiresAtMs }: Note): number {
    return expiresAtMs - this.#clock.nowMs();
  }

  close(id: string): void {
    this.#get(id);
    this.#sessions.delete(id);
  }

  #get(id: string): Session {
    const session = this.#sessions.get(id);
    if (session === undefined || session.note.expiresAtMs <= this.#clock.nowMs())
      throw notFound('There is no such session');
    return session;
  }

  #make(text: Buffer): Note {
    if (text.length > MAX_NOTE_BYTES) throw tooLarge(`A note has at most ${MAX_NOTE_BYTES} bytes`);
    const nowMs = this.#clock.nowMs();
    return {
      text,
      tag: this.#random.token(TAG_BYTES),
      changedAtMs: nowMs,
      expiresAtMs: nowMs + this.#lifetimeMs,
    };
  }
}
