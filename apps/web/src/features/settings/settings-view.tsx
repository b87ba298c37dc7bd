import { Banner, Button, Dialog, Icon, RadioCards, Spinner } from '@stafette/ui';
import type { ReactElement } from 'react';
import { shortMoment } from '../../i18n/dates.ts';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../i18n/language.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { OwnDevice } from '../../model/device.ts';
import type { SettingsSnapshot } from './settings-view-model.ts';

type ThemeChoice = 'system' | 'light' | 'dark';

export interface SettingsViewProps {
  readonly snapshot: SettingsSnapshot;
  readonly theme: ThemeChoice;
  readonly now: number;
  readonly onTheme: (theme: ThemeChoice) => void;
  readonly onLanguage: (language: Language) => void;
  readonly onVerify: (device: OwnDevice) => void;
  readonly onSignOutDevice: (device: OwnDevice) => void;
  readonly onSignOut: () => void;
  readonly onClose: () => void;
}

export function SettingsView(props: SettingsViewProps): ReactElement {
  const { t, language } = useI18n();
  const { snapshot } = props;
  return (
    <Dialog
      title={t('settings.title')}
      closeLabel={t('action.close')}
      onClose={props.onClose}
      size="large"
      testId="settings"
    >
      {snapshot.failure !== undefined && (
        <Banner tone="danger" role="alert">
          {t(FAILURE_TEXTS[snapshot.failure])}
        </Banner>
      )}
      <section className="st-settings">
        <h3>{t('settings.appearance')}</h3>
        <RadioCards
          label={t('settings.theme')}
          value={props.theme}
          onChange={props.onTheme}
          options={[
            { value: 'system', label: t('settings.themeSystem') },
            { value: 'light', label: t('settings.themeLight') },
            { value: 'dark', label: t('settings.themeDark') },
          ]}
        />
        <RadioCards
          label={t('settings.language')}
          value={language}
          onChange={props.onLanguage}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
        />
      </section>
      <section className="st-settings">
        <h3>{t('settings.recovery')}</h3>
        <p className="st-settings__status" data-testid="recovery-status">
          <Icon name={snapshot.recovery?.hasKey === true ? 'check' : 'warning'} />
          {snapshot.recovery === undefined
            ? t('settings.loading')
            : t(snapshot.recovery.hasKey ? 'settings.recoveryReady' : 'settings.recoveryMissing')}
        </p>
        {snapshot.recovery !== undefined && (
          <p className="st-settings__status">
            <Icon name={snapshot.recovery.isBackupActive ? 'check' : 'warning'} />
            {t(snapshot.recovery.isBackupActive ? 'settings.backupActive' : 'settings.backupInactive')}
          </p>
        )}
      </section>
      <section className="st-settings">
        <h3>{t('settings.devices')}</h3>
        {snapshot.devices === undefined ? (
          <Spinner label={t('settings.loading')} />
        ) : (
          <ul className="st-plain-list">
            {snapshot.devices.map((device) => (
              <Device key={device.deviceId} device={device} {...props} />
            ))}
          </ul>
        )}
      </section>
      <section className="st-settings">
        <h3>{t('settings.account')}</h3>
        <div>
          <Button variant="secondary" icon="leave" onPress={props.onSignOut} testId="sign-out">
            {t('action.signOut')}
          </Button>
        </div>
      </section>
    </Dialog>
  );
}

function Device({
  device,
  snapshot,
  now,
  onVerify,
  onSignOutDevice,
}: SettingsViewProps & { readonly device: OwnDevice }): ReactElement {
  const { t, language } = useI18n();
  return (
    <li className="st-device" data-testid="device" data-verified={device.isVerified}>
      <Icon name="device" size={24} />
      <span className="st-device__text">
        <span className="st-device__name">{device.name}</span>
        <span className="st-member__detail" data-trust={device.isVerified ? 'verified' : 'changed'}>
          <Icon name={device.isVerified ? 'shield' : 'warning'} size={14} />
          {t(device.isVerified ? 'device.verified' : 'device.unverified')}
          <span>
            {device.isCurrent
              ? t('device.current')
              : device.lastSeenTs === undefined
                ? ''
                : t('device.lastSeen', { when: shortMoment(t, language, device.lastSeenTs, now) })}
          </span>
        </span>
      </span>
      {!device.isCurrent && (
        <span className="st-button-row">
          {!device.isVerified && (
            <Button size="small" variant="secondary" onPress={() => onVerify(device)} testId="device-verify">
              {t('device.verify')}
            </Button>
          )}
          <Button
            size="small"
            variant="quiet"
            isPending={snapshot.busyDeviceId === device.deviceId}
            onPress={() => onSignOutDevice(device)}
            testId="device-sign-out"
          >
            {t('action.signOut')}
          </Button>
        </span>
      )}
    </li>
  );
}
