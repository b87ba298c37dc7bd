import { MatrixError, notFound } from '@stafette/contracts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';

export interface Note {
  readonly text: Buffer;
  readonly etag: string;
  readonly changedAtMs: number;
  readonly expiresAtMs: number;
}

/** Time after the last write, ms. */
const LIFETIME_MS = 60 * 1000;
/** Beyond, the oldest goes: whoever opens many takes the room from themselves first. */
const MAX_SESSIONS = 100;
const ID_BYTES = 18;
const ETAG_BYTES = 9;

/**
 * Places where two devices leave each other notes while one of them logs the other in. What the notes say is encrypted
 * between the two; the server keeps them in memory, briefly.
 */
export class RendezvousSessions {
  readonly #clock: Clock;
  readonly #random: Random;
  /** In the order in which they were opened. */
  readonly #notes = new Map<string, Note>();

  constructor(dependencies: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = dependencies.clock;
    this.#random = dependencies.random;
  }

  open(text: Buffer): { readonly id: string; readonly note: Note } {
    const nowMs = this.#clock.nowMs();
    for (const [id, { expiresAtMs }] of this.#notes)
      if (expiresAtMs <= nowMs || this.#notes.size >= MAX_SESSIONS) this.#notes.delete(id);
    const id = this.#random.token(ID_BYTES);
    return { id, note: this.#write(id, text) };
  }

  /** Throws M_NOT_FOUND, as all below. */
  read(id: string): Note {
    const note = this.#notes.get(id);
    if (note === undefined || note.expiresAtMs <= this.#clock.nowMs()) throw notFound('There is no such session');
    return note;
  }

  /** Replaces the note that one has read; throws M_CONCURRENT_WRITE when it is another one by now. */
  replace(id: string, text: Buffer, readEtag: string): Note {
    const { etag } = this.read(id);
    if (etag !== readEtag)
      throw new MatrixError(412, 'M_CONCURRENT_WRITE', 'Somebody else has written meanwhile', {
        'org.matrix.msc4108.errcode': 'M_CONCURRENT_WRITE',
      });
    return this.#write(id, text);
  }

  close(id: string): void {
    this.read(id);
    this.#notes.delete(id);
  }

  #write(id: string, text: Buffer): Note {
    const nowMs = this.#clock.nowMs();
    const note = {
      text,
      etag: `"${this.#random.token(ETAG_BYTES)}"`,
      changedAtMs: nowMs,
      expiresAtMs: nowMs + LIFETIME_MS,
    };
    this.#notes.set(id, note);
    return note;
  }
}
