import { Banner } from '@stafette/ui';
import type { ReactElement, ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { MessageId } from '../i18n/message-id.ts';
import { useFocusOnProblem } from './use-focus-on-problem.ts';

export interface FormProps {
  /** The elements are found in tests as `<name>-form` and `<name>-failure`. */
  readonly name: string;
  readonly title: MessageId;
  readonly lead?: MessageId;
  /** Between the title and the fields. */
  readonly failure: MessageId | undefined;
  readonly problems: object;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A page that is one form: title, what went wrong, fields. The focus goes to the first field that was refused. */
export function Form({ name, title, lead, failure, problems, onSubmit, children }: FormProps): ReactElement {
  const { t } = useI18n();
  const form = useFocusOnProblem(problems);
  return (
    <form
      ref={form}
      className="st-form"
      data-testid={`${name}-form`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h1>{t(title)}</h1>
      {lead !== undefined && <p className="st-form__lead">{t(lead)}</p>}
      {failure !== undefined && (
        <Banner tone="danger" role="alert" testId={`${name}-failure`}>
          {t(failure)}
        </Banner>
      )}
      {children}
    </form>
  );
}
