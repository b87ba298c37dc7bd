import { Banner, Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import type { MessageId } from '../../i18n/message-id.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RegistrationFields, RegistrationProblem, RegistrationSnapshot } from './registration-view-model.ts';
import { useFocusOnProblem } from './use-focus-on-problem.ts';

const PROBLEM_TEXTS: Readonly<Record<RegistrationProblem, MessageId>> = {
  missing: 'form.missing',
  'invalid-login-name': 'form.loginNameInvalid',
  'code-not-valid': 'registration.codeNotValid',
  'name-taken': 'failure.nameTaken',
  'password-too-short': 'form.passwordTooShort',
};

export interface RegistrationViewProps {
  readonly snapshot: RegistrationSnapshot;
  readonly onChange: (field: keyof RegistrationFields, value: string) => void;
  readonly onSubmit: () => void;
  readonly onSignIn: () => void;
}

export function RegistrationView({ snapshot, onChange, onSubmit, onSignIn }: RegistrationViewProps): ReactElement {
  const { t } = useI18n();
  const { fields, problems, failure } = snapshot;
  const form = useFocusOnProblem(problems);
  const bind = (
    field: keyof RegistrationFields,
  ): { value: string; onChange: (value: string) => void; error: string | undefined; name: string; testId: string } => {
    const problem = problems[field];
    return {
      value: fields[field],
      onChange: (value) => onChange(field, value),
      error: problem === undefined ? undefined : t(PROBLEM_TEXTS[problem]),
      name: field,
      testId: `registration-${field}`,
    };
  };
  return (
    <form
      ref={form}
      className="st-form"
      data-testid="registration-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h1>{t('registration.title')}</h1>
      <p className="st-form__lead">{t('registration.lead')}</p>
      {failure !== undefined && (
        <Banner tone="danger" role="alert" testId="registration-failure">
          {t(FAILURE_TEXTS[failure])}
        </Banner>
      )}
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
    </form>
  );
}
