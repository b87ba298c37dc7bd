import type { ReactElement } from 'react';
import { AgencyApi } from './agency/agency-api.ts';
import { Internationalization } from './i18n/i18n.ts';
import { I18nContext } from './i18n/use-i18n.ts';
import { AccountGateway } from './matrix/account-gateway.ts';
import { silenceSharedLogger } from './matrix/silent-logger.ts';
import { App } from './shell/app.tsx';
import { AppModel } from './shell/app-model.ts';
import { deviceName } from './shell/device-name.ts';
import { followLanguage, initialLanguage } from './shell/stored-language.ts';
import { Theme } from './shell/theme.ts';
import { Toasts } from './shell/toasts.ts';
import { wordsIn } from './shell/words-in.ts';

/** Makes everything, in the order of dependence. The homeserver is the page's own origin. */
export function compose(): ReactElement {
  silenceSharedLogger();
  const baseUrl = location.origin;
  const i18n = new Internationalization(initialLanguage());
  followLanguage(i18n);
  const thisDevice = deviceName(navigator.userAgent);
  const app = new AppModel({
    baseUrl,
    agency: new AgencyApi(baseUrl),
    accounts: new AccountGateway(baseUrl, () => thisDevice),
    words: () => wordsIn(i18n.translate),
    deviceName: thisDevice,
  });
  return (
    <I18nContext value={i18n}>
      <App app={app} theme={new Theme()} toasts={new Toasts()} />
    </I18nContext>
  );
}
