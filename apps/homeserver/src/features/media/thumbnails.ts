import { fork, type ChildProcess } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface ThumbnailRequest {
  readonly source: string;
  readonly target: string;
  readonly width: number;
  readonly height: number;
  readonly method: 'crop' | 'scale';
  readonly animated: boolean;
}

/** A picture that takes longer is not worth it, ms. */
const TIMEOUT_MS = 20_000;
/** Heap of the decoding process; libvips has its own memory, which the pixel limit bounds. */
const WORKER_HEAP_MB = 128;

/** Makes thumbnails in one separate process, one after the other; a hanging or crashing decoder costs only its picture. */
export class Thumbnailer {
  #worker: ChildProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** False when the file is not a picture that can be decoded within the limits. */
  async make(request: ThumbnailRequest): Promise<boolean> {
    const made = this.#queue.then(() => this.#makeNow(request));
    this.#queue = made.catch(() => undefined);
    return made;
  }

  dispose(): void {
    this.#worker?.kill('SIGKILL');
    this.#worker = undefined;
  }

  async #makeNow(request: ThumbnailRequest): Promise<boolean> {
    const partial = `${request.target}.part`;
    const isMade = await this.#ask({ ...request, target: partial });
    if (isMade) await rename(partial, request.target);
    else await rm(partial, { force: true });
    return isMade;
  }

  async #ask(request: ThumbnailRequest): Promise<boolean> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const finish = (isMade: boolean): void => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('exit', onExit);
        resolve(isMade);
      };
      const onMessage = (answer: unknown): void =>
        finish(typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true);
      const onExit = (): void => {
        this.#worker = undefined;
        finish(false);
      };
      const timer = setTimeout(() => worker.kill('SIGKILL'), TIMEOUT_MS);
      worker.on('message', onMessage);
      worker.once('exit', onExit);
      worker.send(request);
    });
  }

  #start(): ChildProcess {
    const worker = fork(fileURLToPath(new URL('./thumbnail-worker.ts', import.meta.url)), {
      execArgv: [`--max-old-space-size=${WORKER_HEAP_MB}`],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    worker.unref();
    worker.channel?.unref();
    return worker;
  }
}
