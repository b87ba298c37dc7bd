/** A value that changes, and tells. Equal values (`Object.is`) are no change. */
export interface Observable<Value> {
  get(): Value;
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

/** An observable together with the right to change it. */
export class MutableValue<Value> implements Observable<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get = (): Value => this.#value;

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  update(change: (value: Value) => Value): void {
    this.set(change(this.#value));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** What models and view models have in common: a lifetime. */
export interface Disposable {
  dispose(): void;
}

/** Collects what has to be undone. */
export class Cleanups implements Disposable {
  readonly #steps: Array<() => void> = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  dispose(): void {
    for (const step of this.#steps.splice(0).toReversed()) step();
  }
}
