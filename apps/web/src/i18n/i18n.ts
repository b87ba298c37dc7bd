import { setupI18n, type I18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { MutableValue, type Observable } from '../observable/observable.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import type { Language } from './language.ts';
import type { MessageId } from './message-id.ts';

type MessageValues = Readonly<Record<string, string | number>>;
export type Translate = (id: MessageId, values?: MessageValues) => string;

/** The language of the interface, and everything said in it. */
export class Internationalization {
  readonly #i18n: I18n;
  readonly #language: MutableValue<Language>;

  constructor(language: Language) {
    this.#i18n = setupI18n({ locale: language, messages: { de, fr, en } });
    this.#i18n.setMessagesCompiler(compileMessage);
    this.#i18n.activate(language);
    this.#language = new MutableValue(language);
  }

  get language(): Observable<Language> {
    return this.#language;
  }

  choose(language: Language): void {
    this.#i18n.activate(language);
    this.#language.set(language);
  }

  readonly translate: Translate = (id, values) => this.#i18n._(id, values);
}
