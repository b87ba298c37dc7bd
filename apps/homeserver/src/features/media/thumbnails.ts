import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ThumbnailRequest {
  /** Path of the picture. */
  readonly source: string;
  /** Path of the file to write. */
  readonly target: string;
  readonly width: number;
  readonly height: number;
  readonly method: 'crop' | 'scale';
  /** Keeps the movement of a picture that moves. */
  readonly animated: boolean;
}

/** `died`: the process ended without an answer, by this picture or by chance. */
type Outcome = 'made' | 'failed' | 'died';

/** A picture that takes longer is not worth it, ms. */
const TIMEOUT_MS = 10_000;
/** Without work for so long, the process ends, ms. */
const IDLE_MS = 60_000;
/** Heap of the decoding process; libvips has its own memory, which the process watches itself. */
const WORKER_HEAP_MB = 128;

/** Makes thumbnails in one separate process, one after the other; a hanging or crashing decoder costs only its picture. */
export class Thumbnailer {
  #worker: ChildProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #idleTimer: NodeJS.Timeout | undefined;

  /** False when the file is not a picture that can be decoded within the limits. */
  async make(request: ThumbnailRequest): Promise<boolean> {
    const made = this.#queue.then(async () => {
      const outcome = await this.#ask(request);
      // The process may have died before it saw this picture: it gets one more chance with a new one.
      return (outcome === 'died' ? await this.#ask(request) : outcome) === 'made';
    });
    this.#queue = made.catch(() => undefined);
    return made;
  }

  /** The process that decodes, while there is one. */
  get workerPid(): number | undefined {
    return this.#worker?.pid;
  }

  dispose(): void {
    clearTimeout(this.#idleTimer);
    this.#worker?.kill('SIGKILL');
    this.#worker = undefined;
  }

  async #ask(request: ThumbnailRequest): Promise<Outcome> {
    clearTimeout(this.#idleTimer);
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const onMessage = (answer: unknown): void =>
      resolve(
        typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true ? 'made' : 'failed',
      );
    const onEnd = (): void => resolve('died');
    const timer = setTimeout(() => {
      resolve('failed');
      worker.kill('SIGKILL');
    }, TIMEOUT_MS);
    worker.once('message', onMessage).once('exit', onEnd).once('error', onEnd);
    worker.send(request);
    const outcome = await promise;
    clearTimeout(timer);
    worker.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
    if (outcome !== 'made' && worker.killed) this.#forget(worker);
    this.#idleTimer = setTimeout(() => this.dispose(), IDLE_MS).unref();
    return outcome;
  }

  #start(): ChildProcess {
    const worker = fork(fileURLToPath(new URL('./thumbnail-worker.ts', import.meta.url)), {
      execArgv: [`--max-old-space-size=${WORKER_HEAP_MB}`],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // Also when it dies between two pictures: the next one then gets a new process.
    for (const event of ['exit', 'disconnect', 'error']) worker.on(event, () => this.#forget(worker));
    worker.unref();
    worker.channel?.unref();
    return worker;
  }

  #forget(worker: ChildProcess): void {
    if (this.#worker === worker) this.#worker = undefined;
  }
}
