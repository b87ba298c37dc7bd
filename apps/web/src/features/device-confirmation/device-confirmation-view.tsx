import { Banner, Button, Icon, ProgressBar, TextField, type IconName } from '@stafette/ui';
import type { ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { DeviceConfirmationSnapshot } from './device-confirmation-view-model.ts';

export interface DeviceConfirmationViewProps {
  readonly snapshot: DeviceConfirmationSnapshot;
  readonly onOtherDevice: () => void;
  readonly onUseKey: () => void;
  readonly onChangeKey: (value: string) => void;
  readonly onSubmitKey: () => void;
  readonly onAskForReset: () => void;
  readonly onReset: () => void;
  readonly onBack: () => void;
  readonly onSignOut: () => void;
}

export function DeviceConfirmationView(props: DeviceConfirmationViewProps): ReactElement {
  switch (props.snapshot.step) {
    case 'choose':
      return <Choose {...props} />;
    case 'enter-key':
      return <EnterKey {...props} />;
    case 'restoring':
      return <Restoring {...props} />;
    case 'confirm-reset':
    case 'reset':
      return <ConfirmReset {...props} />;
  }
}

interface WayProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly onPress: () => void;
  readonly testId: string;
}

function Way({ icon, title, text, onPress, testId }: WayProps): ReactElement {
  return (
    <li>
      <button type="button" className="st-way" onClick={onPress} data-testid={testId}>
        <span className="st-way__icon">
          <Icon name={icon} size={24} />
        </span>
        <span>
          <strong>{title}</strong>
          <span className="st-way__text">{text}</span>
        </span>
      </button>
    </li>
  );
}

function Choose(props: DeviceConfirmationViewProps): ReactElement {
  const { t } = useI18n();
  const { failure } = props.snapshot;
  return (
    <section className="st-form" data-testid="confirm-device">
      <span className="st-step-icon">
        <Icon name="shield" size={32} />
      </span>
      <h1>{t('confirm.title')}</h1>
      <p className="st-form__lead">{t('confirm.lead')}</p>
      {failure !== undefined && (
        <Banner tone="danger" role="alert">
          {t(FAILURE_TEXTS[failure])}
        </Banner>
      )}
      <ul className="st-ways">
        <Way
          icon="device"
          title={t('confirm.otherDevice')}
          text={t('confirm.otherDeviceText')}
          onPress={props.onOtherDevice}
          testId="confirm-other-device"
        />
        <Way
          icon="key"
          title={t('confirm.key')}
          text={t('confirm.keyText')}
          onPress={props.onUseKey}
          testId="confirm-recovery-key"
        />
        <Way
          icon="retry"
          title={t('confirm.reset')}
          text={t('confirm.resetText')}
          onPress={props.onAskForReset}
          testId="confirm-reset"
        />
      </ul>
      <Button variant="quiet" isBlock onPress={props.onSignOut}>
        {t('action.signOut')}
      </Button>
    </section>
  );
}

function EnterKey(props: DeviceConfirmationViewProps): ReactElement {
  const { t } = useI18n();
  const { writtenKey, failure } = props.snapshot;
  return (
    <form
      className="st-form"
      data-testid="enter-recovery-key"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmitKey();
      }}
    >
      <h1>{t('confirm.keyTitle')}</h1>
      <p className="st-form__lead">{t('confirm.keyLead')}</p>
      <TextField
        label={t('recovery.key')}
        value={writtenKey}
        onChange={props.onChangeKey}
        error={failure === undefined ? undefined : t(FAILURE_TEXTS[failure])}
        isCode
        isRequired
        autoFocus
        autoComplete="off"
        testId="recovery-key-input"
      />
      <Button type="submit" isBlock testId="recovery-key-submit">
        {t('confirm.keySubmit')}
      </Button>
      <Button variant="quiet" isBlock onPress={props.onBack}>
        {t('action.back')}
      </Button>
    </form>
  );
}

function Restoring({ snapshot }: DeviceConfirmationViewProps): ReactElement {
  const { t } = useI18n();
  const { progress } = snapshot;
  const share = progress === undefined || progress.total === 0 ? undefined : progress.restored / progress.total;
  return (
    <section className="st-form" data-testid="restoring">
      <h1>{t('confirm.restoring')}</h1>
      <ProgressBar
        label={t('confirm.restoringKeys')}
        value={share}
        {...(progress !== undefined && {
          valueLabel: t('confirm.restoringCount', { done: progress.restored, total: progress.total }),
        })}
      />
    </section>
  );
}

function ConfirmReset({ onReset, onBack }: DeviceConfirmationViewProps): ReactElement {
  const { t } = useI18n();
  return (
    <section className="st-form" data-testid="confirm-reset-step">
      <h1>{t('confirm.resetTitle')}</h1>
      <Banner tone="warning">{t('confirm.resetWarning')}</Banner>
      <ul className="st-points">
        <li>{t('confirm.resetPointHistory')}</li>
        <li>{t('confirm.resetPointDevices')}</li>
        <li>{t('confirm.resetPointContacts')}</li>
      </ul>
      <Button variant="danger" isBlock onPress={onReset} testId="confirm-reset-yes">
        {t('confirm.resetSubmit')}
      </Button>
      <Button variant="quiet" isBlock onPress={onBack} autoFocus>
        {t('action.back')}
      </Button>
    </section>
  );
}
