import type { MessageId } from '../i18n/message-id.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import type { FormSnapshot } from './form-model.ts';

export interface BoundField {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly name: string;
  readonly testId: string;
}

export interface FormFieldsOptions<Field extends string, Problem extends string> {
  /** The form's; a field is found in tests as `<name>-<field>`. */
  readonly name: string;
  readonly texts: Readonly<Record<Problem, MessageId>>;
  readonly onChange: (field: Field, value: string) => void;
}

/** Ties the text fields of a view to the snapshot of their form: `<TextField {...bind('loginName')} />`. */
export function useFormFields<Field extends string, Problem extends string>(
  { fields, problems }: FormSnapshot<Field, Problem>,
  { name, texts, onChange }: FormFieldsOptions<Field, Problem>,
): (field: Field) => BoundField {
  const { t } = useI18n();
  return (field) => {
    const problem = problems[field];
    return {
      value: fields[field],
      onChange: (value) => onChange(field, value),
      error: problem === undefined ? undefined : t(texts[problem]),
      name: field,
      testId: `${name}-${field}`,
    };
  };
}
