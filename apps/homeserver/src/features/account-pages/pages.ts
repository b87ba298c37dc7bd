import type { PreparedResponse } from '../../http/handler.ts';
import {
  hidden,
  type Html,
  html,
  type Language,
  loggedInAs,
  type Messages,
  messagesOf,
  renderPage,
  type Visitor,
} from '../browser-login/index.ts';
import type { Account, DeviceRow } from '../identity/index.ts';
import { pathOf } from './actions.ts';

/** A visitor who is logged in. */
export interface Owner extends Visitor {
  readonly account: Account;
}

interface Shown {
  readonly title: string;
  readonly body: Html;
  readonly problem?: string | undefined;
  readonly status?: number;
}

const show = (owner: Owner, shown: Shown): PreparedResponse =>
  renderPage({ language: owner.language, headers: owner.headers, ...shown });

const back = (m: Messages): Html => html`<p class="actions"><a href="${pathOf()}">${m.backToAccount}</a></p>`;

const momentOf = (atMs: number, language: Language): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(atMs)} UTC`;

const deviceNameOf = (device: DeviceRow, m: Messages): string => device.display_name ?? m.namelessDevice;

const seenOf = ({ last_seen_at: at, last_seen_ip: ip }: DeviceRow, m: Messages, language: Language): string =>
  at === null ? m.never : `${momentOf(at, language)}${ip === null ? '' : `, ${ip}`}`;

const passwordField = (m: Messages): Html =>
  html`<label for="password">${m.confirmPassword}</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required />`;

export function overviewPage(owner: Owner): PreparedResponse {
  const m = messagesOf(owner.language);
  const { loginName, userId } = owner.account;
  return show(owner, {
    title: m.accountTitle,
    body: html`${loggedInAs(owner, loginName ?? userId, pathOf())}
      <ul>
        <li><a href="${pathOf('org.matrix.profile')}">${m.profileTitle}</a></li>
        <li><a href="${pathOf('org.matrix.devices_list')}">${m.devicesTitle}</a></li>
        <li><a href="${pathOf('org.matrix.account_deactivate')}">${m.deactivateTitle}</a></li>
      </ul>`,
  });
}

export function profilePage(
  owner: Owner,
  { displayName, isSaved }: { readonly displayName: string | undefined; readonly isSaved: boolean },
): PreparedResponse {
  const m = messagesOf(owner.language);
  return show(owner, {
    title: m.profileTitle,
    body: html`${isSaved ? html`<p role="status">${m.saved}</p>` : undefined}
      <dl>
        <dt>${m.userId}</dt>
        <dd>${owner.account.userId}</dd>
      </dl>
      <form method="post" action="${pathOf('org.matrix.profile')}">
        ${hidden('csrf', owner.csrf)}
        <label for="display_name">${m.displayName}</label>
        <input
          id="display_name"
          name="display_name"
          value="${displayName}"
          maxlength="255"
          autocomplete="name"
          required
        />
        <p class="actions"><button class="primary">${m.save}</button></p>
      </form>
      ${back(m)}`,
  });
}

export function devicesPage(owner: Owner, devices: readonly DeviceRow[]): PreparedResponse {
  const m = messagesOf(owner.language);
  const items = devices.map(
    (device) =>
      html`<li>
        <a href="${pathOf('org.matrix.device_view', { device_id: device.device_id })}">${deviceNameOf(device, m)}</a>
        <p class="hint">${device.device_id}. ${m.lastSeen}: ${seenOf(device, m, owner.language)}</p>
      </li>`,
  );
  return show(owner, {
    title: m.devicesTitle,
    body: html`<p>${m.devicesHint}</p>
      <ul class="devices">
        ${items}
      </ul>
      ${back(m)}`,
  });
}

export function devicePage(owner: Owner, device: DeviceRow, clientName: string | undefined): PreparedResponse {
  const m = messagesOf(owner.language);
  const application = html`<dt>${m.deviceApplication}</dt>
    <dd>${clientName}</dd>`;
  return show(owner, {
    title: deviceNameOf(device, m),
    body: html`<dl>
        <dt>${m.device}</dt>
        <dd>${device.device_id}</dd>
        <dt>${m.lastSeen}</dt>
        <dd>${seenOf(device, m, owner.language)}</dd>
        ${clientName === undefined ? undefined : application}
      </dl>
      <p class="actions">
        <a href="${pathOf('org.matrix.device_delete', { device_id: device.device_id })}">${m.deviceSignOut}</a>
      </p>
      ${back(m)}`,
  });
}

export function signOutPage(owner: Owner, device: DeviceRow, isWrongPassword: boolean): PreparedResponse {
  const m = messagesOf(owner.language);
  return show(owner, {
    title: m.deviceSignOutAsk(deviceNameOf(device, m)),
    problem: isWrongPassword ? m.wrongPassword : undefined,
    status: isWrongPassword ? 403 : 200,
    body: html`<p class="warning">${m.deviceSignOutMeans}</p>
      <dl>
        <dt>${m.device}</dt>
        <dd>${device.device_id}</dd>
      </dl>
      <form method="post" action="${pathOf('org.matrix.device_delete', { device_id: device.device_id })}">
        ${hidden('csrf', owner.csrf)}${passwordField(m)}
        <p class="actions"><button class="danger">${m.deviceSignOut}</button></p>
      </form>
      ${back(m)}`,
  });
}

export function resetPage(owner: Owner, sessionId: string): PreparedResponse {
  const m = messagesOf(owner.language);
  return show(owner, {
    title: m.resetTitle,
    body: html`${loggedInAs(owner, owner.account.loginName ?? owner.account.userId, pathOf())}
      <p class="warning">${m.resetMeans}</p>
      <form method="post" action="${pathOf('org.matrix.cross_signing_reset', { session: sessionId })}">
        ${hidden('csrf', owner.csrf)}
        <p class="actions"><button class="danger">${m.reset}</button></p>
      </form>
      ${back(m)}`,
  });
}

export function deactivatePage(owner: Owner, isWrongPassword: boolean): PreparedResponse {
  const m = messagesOf(owner.language);
  return show(owner, {
    title: m.deactivateTitle,
    problem: isWrongPassword ? m.wrongPassword : undefined,
    status: isWrongPassword ? 403 : 200,
    body: html`<p class="warning">${m.deactivateMeans}</p>
      <form method="post" action="${pathOf('org.matrix.account_deactivate')}">
        ${hidden('csrf', owner.csrf)}${passwordField(m)}
        <p class="actions"><button class="danger">${m.deactivate}</button></p>
      </form>
      ${back(m)}`,
  });
}

/** Says that something is done, or cannot be. */
export function noticePage(
  owner: Owner,
  title: (m: Messages) => string,
  text: (m: Messages) => string,
  status = 200,
): PreparedResponse {
  const m = messagesOf(owner.language);
  return show(owner, {
    title: title(m),
    status,
    body: html`<p role="status">${text(m)}</p>
      ${back(m)}`,
  });
}
