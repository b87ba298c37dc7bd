import { Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { Form } from '../../forms/form.tsx';
import { useFormFields } from '../../forms/use-form-fields.ts';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import type { MessageId } from '../../i18n/message-id.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RegistrationField, RegistrationProblem, RegistrationSnapshot } from './registration-view-model.ts';

const PROBLEM_TEXTS: Readonly<Record<RegistrationProblem, MessageId>> = {
  missing: 'form.missing',
  'name-invalid': 'form.loginNameInvalid',
  'code-not-valid': 'registration.codeNotValid',
  'name-taken': 'failure.nameTaken',
  'password-too-short': 'form.passwordTooShort',
};

export interface RegistrationViewProps {
  readonly snapshot: RegistrationSnapshot;
  readonly onChange: (field: RegistrationField, value: string) => void;
  readonly onSubmit: () => void;
  readonly onSignIn: () => void;
}

export function RegistrationView({ snapshot, onChange, onSubmit, onSignIn }: RegistrationViewProps): ReactElement {
  const { t } = useI18n();
  const { fields, problems, failure } = snapshot;
  const bind = useFormFields(snapshot, { name: 'registration', texts: PROBLEM_TEXTS, onChange });
  return (
    <Form
      name="registration"
      title="registration.title"
      lead="registration.lead"
      failure={failure && FAILURE_TEXTS[failure]}
      problems={problems}
      onSubmit={onSubmit}
    >
      <TextField
        {...bind('invitationCode')}
        label={t('registration.code')}
        hint={t('registration.codeHint')}
        isCode
        autoComplete="one-time-code"
        isRequired
        autoFocus={fields.invitationCode === ''}
      />
      <TextField
        {...bind('displayName')}
        label={t('form.displayName')}
        hint={t('form.displayNameHint')}
        autoComplete="name"
        isRequired
        autoFocus={fields.invitationCode !== ''}
      />
      <TextField
        {...bind('loginName')}
        label={t('form.loginName')}
        hint={t('form.loginNameHint')}
        autoComplete="username"
        isRequired
        isCode
      />
      <TextField
        {...bind('password')}
        label={t('form.password')}
        hint={t('form.passwordHint')}
        type="password"
        revealLabel={t('form.showPassword')}
        autoComplete="new-password"
        isRequired
      />
      <Button type="submit" isBlock isPending={snapshot.isBusy} testId="registration-submit">
        {t('registration.submit')}
      </Button>
      <div className="st-form__other">
        <p>{t('registration.hasAccount')}</p>
        <Button variant="secondary" isBlock onPress={onSignIn}>
          {t('signIn.submit')}
        </Button>
      </div>
    </Form>
  );
}
