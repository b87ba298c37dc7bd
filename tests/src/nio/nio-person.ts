import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../sdk/until.ts';

const PYTHON = '/usr/bin/python3';

/** Whether Debian's `python3-matrix-nio` is here, with its cryptography. */
export const hasNio = (): boolean => spawnSync(PYTHON, ['-c', 'import nio, olm']).status === 0;

export interface NioFact {
  readonly kind: 'login' | 'message' | 'unreadable' | 'sent';
  readonly room_id?: string;
  readonly event_id?: string | null;
  readonly sender?: string;
  readonly body?: string;
  /** Whether it came encrypted. */
  readonly decrypted?: boolean;
  readonly error?: string | null;
}

/** Somebody at a client of another family: Python, libolm, the long-established sync. */
export class NioPerson {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #store: string;
  readonly #facts: NioFact[] = [];
  #complaints = '';

  constructor(baseUrl: string, userId: string, password: string) {
    this.#store = mkdtempSync(join(tmpdir(), 'stafette-nio-'));
    const script = join(import.meta.dirname, 'nio_person.py');
    this.#process = spawn(PYTHON, [script, baseUrl, userId, this.#store]);
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      // The script writes these alone.
      this.#facts.push(JSON.parse(line) as NioFact);
    });
    this.#process.stderr.on('data', (text: Buffer) => {
      this.#complaints += text.toString();
    });
    this.#process.stdin.write(`${password}\n`);
  }

  /** The first fact that fits. */
  async fact(what: string, fits: (fact: NioFact) => boolean): Promise<NioFact> {
    try {
      return await until(what, () => this.#facts.find(fits));
    } catch (error) {
      throw new Error(`${JSON.stringify(this.#facts)} ${this.#complaints}`, { cause: error });
    }
  }

  /** Sends an encrypted text; the id of its event. */
  async send(roomId: string, body: string): Promise<string> {
    const before = this.#facts.filter(({ kind }) => kind === 'sent').length;
    this.#process.stdin.write(`${JSON.stringify({ room_id: roomId, body })}\n`);
    const sent = await until('the message to be sent', () => this.#facts.filter(({ kind }) => kind === 'sent')[before]);
    if (typeof sent.event_id !== 'string') throw new Error(`not sent: ${String(sent.error)}`);
    return sent.event_id;
  }

  async stop(): Promise<void> {
    const isOver = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await isOver;
    rmSync(this.#store, { recursive: true, force: true });
  }
}
