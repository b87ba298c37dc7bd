import { Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { Form } from '../../forms/form.tsx';
import { useFormFields } from '../../forms/use-form-fields.ts';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import type { MessageId } from '../../i18n/message-id.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { SetupField, SetupProblem, SetupSnapshot } from './setup-view-model.ts';

const PROBLEM_TEXTS: Readonly<Record<SetupProblem, MessageId>> = {
  missing: 'form.missing',
  'invalid-server-name': 'setup.serverNameInvalid',
  'name-invalid': 'form.loginNameInvalid',
  'password-too-short': 'form.passwordTooShort',
};

export interface SetupViewProps {
  readonly snapshot: SetupSnapshot;
  readonly isServerNameFixed: boolean;
  readonly onChange: (field: SetupField, value: string) => void;
  readonly onSubmit: () => void;
}

export function SetupView({ snapshot, isServerNameFixed, onChange, onSubmit }: SetupViewProps): ReactElement {
  const { t } = useI18n();
  const { fields, problems, failure } = snapshot;
  const bind = useFormFields(snapshot, { name: 'setup', texts: PROBLEM_TEXTS, onChange });
  return (
    <Form
      name="setup"
      title="setup.title"
      lead="setup.lead"
      failure={failure && (failure === 'wrong-code' ? 'setup.wrongCode' : FAILURE_TEXTS[failure])}
      problems={problems}
      onSubmit={onSubmit}
    >
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
          hint={t(isServerNameFixed ? 'setup.serverNameFixed' : 'setup.serverNameHint')}
          isReadOnly={isServerNameFixed}
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
    </Form>
  );
}
