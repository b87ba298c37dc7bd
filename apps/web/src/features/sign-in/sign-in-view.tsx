import { Banner, Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { Form } from '../../forms/form.tsx';
import { useFormFields } from '../../forms/use-form-fields.ts';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { SignInField, SignInSnapshot } from './sign-in-view-model.ts';

export interface SignInViewProps {
  readonly snapshot: SignInSnapshot;
  /** The last session ended elsewhere. */
  readonly wasSignedOut: boolean;
  readonly onChange: (field: SignInField, value: string) => void;
  readonly onSubmit: () => void;
  readonly onRegister: () => void;
}

export function SignInView({ snapshot, wasSignedOut, onChange, onSubmit, onRegister }: SignInViewProps): ReactElement {
  const { t } = useI18n();
  const { problems, failure } = snapshot;
  const bind = useFormFields(snapshot, { name: 'login', texts: { missing: 'form.missing' }, onChange });
  return (
    <Form
      name="login"
      title="signIn.title"
      failure={failure && FAILURE_TEXTS[failure]}
      problems={problems}
      onSubmit={onSubmit}
    >
      {wasSignedOut && failure === undefined && (
        <Banner tone="info" role="status">
          {t('signIn.wasSignedOut')}
        </Banner>
      )}
      <TextField {...bind('name')} label={t('form.loginName')} autoComplete="username" isRequired isCode autoFocus />
      <TextField
        {...bind('password')}
        label={t('form.password')}
        type="password"
        revealLabel={t('form.showPassword')}
        autoComplete="current-password"
        isRequired
      />
      <Button type="submit" isBlock isPending={snapshot.isBusy} testId="login-submit">
        {t('signIn.submit')}
      </Button>
      <div className="st-form__other">
        <p>{t('signIn.invited')}</p>
        <Button variant="secondary" isBlock onPress={onRegister} testId="go-to-registration">
          {t('signIn.register')}
        </Button>
      </div>
    </Form>
  );
}
