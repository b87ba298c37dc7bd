import { MutableValue, type Observable } from '../observable/observable.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'stafette.theme';

/** Light or dark, as chosen or as the system says. */
export class Theme {
  readonly #choice: MutableValue<ThemeChoice>;
  readonly #system = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    const stored = localStorage.getItem(KEY);
    this.#choice = new MutableValue<ThemeChoice>(stored === 'light' || stored === 'dark' ? stored : 'system');
    this.#system.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  get choice(): Observable<ThemeChoice> {
    return this.#choice;
  }

  readonly choose = (choice: ThemeChoice): void => {
    this.#choice.set(choice);
    localStorage.setItem(KEY, choice);
    this.#apply();
  };

  #apply(): void {
    const choice = this.#choice.get();
    const theme = choice === 'system' ? (this.#system.matches ? 'dark' : 'light') : choice;
    document.documentElement.dataset['kernTheme'] = theme;
  }
}
