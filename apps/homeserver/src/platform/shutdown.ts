import type { Log } from './log.ts';

interface Step {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** What has to be undone at the end, in the reverse of the order in which it was done. */
export class Shutdown {
  readonly #steps: Step[] = [];
  readonly #log: Log;
  #finished: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Remembers how to undo what was just done. */
  add(name: string, run: Step['run']): void {
    this.#steps.push({ name, run });
  }

  /** Undoes everything, once. A step that fails does not keep the others from running. */
  async run(): Promise<void> {
    this.#finished ??= this.#run();
    return this.#finished;
  }

  async #run(): Promise<void> {
    for (const { name, run } of this.#steps.toReversed()) {
      try {
        await run();
      } catch (error) {
        this.#log.error({ err: error, step: name }, 'could not be ended properly');
      }
    }
  }
}
