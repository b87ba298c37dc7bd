import { Banner, Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import type { MessageId } from '../../i18n/message-id.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { SetupFields, SetupProblem, SetupSnapshot } from './setup-view-model.ts';
import { useFocusOnProblem } from '../registration/use-focus-on-problem.ts';

const PROBLEM_TEXTS: Readonly<Record<SetupProblem, MessageId>> = {
  missing: 'form.missing',
  'invalid-server-name': 'setup.serverNameInvalid',
  'invalid-login-name': 'form.loginNameInvalid',
  'password-too-short': 'form.passwordTooShort',
};

export interface SetupViewProps {
  readonly snapshot: SetupSnapshot;
  readonly onChange: (field: keyof SetupFields, value: string) => void;
  readonly onSubmit: () => void;
}

export function SetupView({ snapshot, onChange, onSubmit }: SetupViewProps): ReactElement {
  const { t } = useI18n();
  const { fields, problems, failure } = snapshot;
  const form = useFocusOnProblem(problems);
  const bind = (
    field: keyof SetupFields,
  ): { value: string; onChange: (value: string) => void; error: string | undefined; name: string; testId: string } => {
    const problem = problems[field];
    return {
      value: fields[field],
      onChange: (value) => onChange(field, value),
      error: problem === undefined ? undefined : t(PROBLEM_TEXTS[problem]),
      name: field,
      testId: `setup-${field}`,
    };
  };
  return (
    <form
      ref={form}
      className="st-form"
      data-testid="setup-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h1>{t('setup.title')}</h1>
      <p className="st-form__lead">{t('setup.lead')}</p>
      {failure !== undefined && (
        <Banner tone="danger" role="alert" testId="setup-failure">
          {t(failure === 'wrong-code' ? 'setup.wrongCode' : FAILURE_TEXTS[failure])}
        </Banner>
      )}
      <TextField
        {...bind('code')}
        label={t('setup.code')}
        hint={t('setup.codeHint')}
        isCode
        autoComplete="one-time-code"
        isRequired
        autoFocus={fields.code === ''}
      />
      <fieldset className="st-fieldset">
        <legend>{t('setup.agency')}</legend>
        <TextField
          {...bind('agencyName')}
          label={t('setup.agencyName')}
          hint={t('setup.agencyNameHint')}
          autoComplete="organization"
          isRequired
          autoFocus={fields.code !== ''}
        />
        <TextField
          {...bind('serverName')}
          label={t('setup.serverName')}
          hint={t(snapshot.isServerNameFixed ? 'setup.serverNameFixed' : 'setup.serverNameHint')}
          isReadOnly={snapshot.isServerNameFixed}
          isCode
          isRequired
        />
      </fieldset>
      <fieldset className="st-fieldset">
        <legend>{t('setup.administrator')}</legend>
        <TextField
          {...bind('displayName')}
          label={t('form.displayName')}
          hint={t('form.displayNameHint')}
          autoComplete="name"
          isRequired
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
      </fieldset>
      <Button type="submit" isBlock isPending={snapshot.isBusy} testId="setup-submit">
        {t('setup.submit')}
      </Button>
    </form>
  );
}
