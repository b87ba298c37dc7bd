import type { Toast } from '@stafette/ui';
import { MutableValue, type Observable } from '../observable/observable.ts';

const SHOWN_MS = 8_000;

/** Short messages at the edge of the page. */
export class Toasts {
  readonly #toasts = new MutableValue<readonly Toast[]>([]);
  #nextId = 1;

  get all(): Observable<readonly Toast[]> {
    return this.#toasts;
  }

  readonly show = (tone: Toast['tone'], text: string): void => {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#toasts.update((toasts) => [...toasts, { id, tone, text }]);
    setTimeout(() => this.close(id), SHOWN_MS);
  };

  readonly close = (id: number): void => this.#toasts.update((toasts) => toasts.filter((toast) => toast.id !== id));
}
