import type { FailureKind } from '../model/failure.ts';
import { MutableValue, type Observable } from '../observable/observable.ts';

/** What somebody typed, by the name of the field. */
export type FieldTexts<Field extends string> = Readonly<Record<Field, string>>;
export type FieldProblems<Field extends string, Problem> = Readonly<Partial<Record<Field, Problem>>>;

export interface FormSnapshot<Field extends string, Problem> {
  readonly fields: FieldTexts<Field>;
  readonly problems: FieldProblems<Field, Problem>;
  /** On its way to the server: a second submission waits for nothing and sends nothing. */
  readonly isBusy: boolean;
  /** What concerns no single field. */
  readonly failure: FailureKind | undefined;
}

/** What every form has in common: its fields, what is wrong with them, and whether it is on its way. */
export class FormModel<Field extends string, Problem> {
  readonly #snapshot: MutableValue<FormSnapshot<Field, Problem>>;

  constructor(fields: FieldTexts<Field>) {
    this.#snapshot = new MutableValue<FormSnapshot<Field, Problem>>({
      fields,
      problems: none(),
      isBusy: false,
      failure: undefined,
    });
  }

  get snapshot(): Observable<FormSnapshot<Field, Problem>> {
    return this.#snapshot;
  }

  /** Typing takes the complaints about this field away. */
  readonly change = (field: Field, value: string): void => {
    this.#snapshot.update((now) => ({
      ...now,
      fields: { ...now.fields, [field]: value },
      problems: { ...now.problems, [field]: undefined },
      failure: undefined,
    }));
  };

  /** Marks the form as on its way and returns its fields; undefined when it already is, or `check` finds problems. */
  submit(check: (fields: FieldTexts<Field>) => FieldProblems<Field, Problem>): FieldTexts<Field> | undefined {
    const { fields, isBusy } = this.#snapshot.get();
    if (isBusy) return undefined;
    const problems = check(fields);
    const isSound = Object.keys(problems).length === 0;
    this.#snapshot.update((now) => ({ ...now, problems, failure: undefined, isBusy: isSound }));
    return isSound ? fields : undefined;
  }

  /** The form comes back; what was typed stays. */
  refuse(failure: FailureKind | undefined, problems: FieldProblems<Field, Problem> = none()): void {
    this.#snapshot.update((now) => ({ ...now, isBusy: false, failure, problems }));
  }

  /** For passwords: wrong ones, and all of them once the form is gone. */
  clear(field: Field): void {
    this.#snapshot.update((now) => ({ ...now, fields: { ...now.fields, [field]: '' } }));
  }
}

/** The fields in which nothing is written. */
export function missingIn<Field extends string>(fields: FieldTexts<Field>): Partial<Record<Field, 'missing'>> {
  const missing: Partial<Record<Field, 'missing'>> = {};
  for (const field in fields) if (fields[field].trim() === '') missing[field] = 'missing';
  return missing;
}

/** TypeScript cannot tell that an empty object has no field of a generic name. */
const none = <Field extends string, Problem>(): FieldProblems<Field, Problem> => ({}) as FieldProblems<Field, Problem>;
