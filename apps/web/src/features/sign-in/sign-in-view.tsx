import { Banner, Button, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { SignInSnapshot } from './sign-in-view-model.ts';

export interface SignInViewProps {
  readonly snapshot: SignInSnapshot;
  /** The last session ended elsewhere. */
  readonly wasSignedOut: boolean;
  readonly onLoginName: (value: string) => void;
  readonly onPassword: (value: string) => void;
  readonly onSubmit: () => void;
  readonly onRegister: () => void;
}

export function SignInView(props: SignInViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot } = props;
  return (
    <form
      className="st-form"
      data-testid="login-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <h1>{t('signIn.title')}</h1>
      {props.wasSignedOut && snapshot.failure === undefined && (
        <Banner tone="info" role="status">
          {t('signIn.wasSignedOut')}
        </Banner>
      )}
      {snapshot.failure !== undefined && (
        <Banner tone="danger" role="alert" testId="login-failure">
          {t(FAILURE_TEXTS[snapshot.failure])}
        </Banner>
      )}
      <TextField
        label={t('form.loginName')}
        name="username"
        autoComplete="username"
        value={snapshot.loginName}
        onChange={props.onLoginName}
        error={snapshot.isLoginNameMissing ? t('form.missing') : undefined}
        isRequired
        isCode
        autoFocus
        testId="login-name"
      />
      <TextField
        label={t('form.password')}
        name="password"
        type="password"
        revealLabel={t('form.showPassword')}
        autoComplete="current-password"
        value={snapshot.password}
        onChange={props.onPassword}
        error={snapshot.isPasswordMissing ? t('form.missing') : undefined}
        isRequired
        testId="login-password"
      />
      <Button type="submit" isBlock isPending={snapshot.isBusy} testId="login-submit">
        {t('signIn.submit')}
      </Button>
      <div className="st-form__other">
        <p>{t('signIn.invited')}</p>
        <Button variant="secondary" isBlock onPress={props.onRegister} testId="go-to-registration">
          {t('signIn.register')}
        </Button>
      </div>
    </form>
  );
}
