import type { PreparedResponse } from '../../http/handler.ts';
import {
  field,
  form,
  html,
  type Html,
  type KnownVisitor,
  type Language,
  loggedInAs,
  type Messages,
  messagesOf,
  passwordField,
  showPage,
  submit,
} from '../browser-login/index.ts';
import type { DeviceRow } from '../identity/index.ts';
import { pathOf } from './actions.ts';

const back = (m: Messages): Html => html`<p class="actions"><a href="${pathOf()}">${m.backToAccount}</a></p>`;

const momentOf = (atMs: number, language: Language): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(atMs)} UTC`;

const deviceNameOf = (device: DeviceRow, m: Messages): string => device.display_name ?? m.namelessDevice;

const seenOf = ({ last_seen_at: at, last_seen_ip: ip }: DeviceRow, m: Messages, language: Language): string =>
  at === null ? m.never : `${momentOf(at, language)}${ip === null ? '' : `, ${ip}`}`;

/** What only the person may do is confirmed with the password. */
const confirmed = (owner: KnownVisitor, action: string, text: string): Html => {
  const m = messagesOf(owner.language);
  return form(owner, action, [passwordField(m.confirmPassword), submit(text, 'danger')]);
};

const wrongPassword = (m: Messages) => ({ text: m.wrongPassword, status: 403 });

export function overviewPage(owner: KnownVisitor): PreparedResponse {
  const m = messagesOf(owner.language);
  return showPage(owner, {
    title: m.accountTitle,
    body: html`${loggedInAs(owner, pathOf())}
      <ul>
        <li><a href="${pathOf('org.matrix.profile')}">${m.profileTitle}</a></li>
        <li><a href="${pathOf('org.matrix.devices_list')}">${m.devicesTitle}</a></li>
        <li><a href="${pathOf('org.matrix.account_deactivate')}">${m.deactivateTitle}</a></li>
      </ul>`,
  });
}

export function profilePage(
  owner: KnownVisitor,
  { displayName, isSaved }: { readonly displayName: string | undefined; readonly isSaved: boolean },
): PreparedResponse {
  const m = messagesOf(owner.language);
  const name = field('display_name', m.displayName, { value: displayName, maxlength: '255', autocomplete: 'name' });
  return showPage(owner, {
    title: m.profileTitle,
    body: html`${isSaved ? html`<p role="status">${m.saved}</p>` : undefined}
      <dl>
        <dt>${m.userId}</dt>
        <dd>${owner.account.userId}</dd>
      </dl>
      ${form(owner, pathOf('org.matrix.profile'), [name, submit(m.save)])} ${back(m)}`,
  });
}

export function devicesPage(owner: KnownVisitor, devices: readonly DeviceRow[]): PreparedResponse {
  const m = messagesOf(owner.language);
  const items = devices.map(
    (device) =>
      html`<li>
        <a href="${pathOf('org.matrix.device_view', { device_id: device.device_id })}">${deviceNameOf(device, m)}</a>
        <p class="hint">${device.device_id}. ${m.lastSeen}: ${seenOf(device, m, owner.language)}</p>
      </li>`,
  );
  return showPage(owner, {
    title: m.devicesTitle,
    body: html`<p>${m.devicesHint}</p>
      <ul class="devices">
        ${items}
      </ul>
      ${back(m)}`,
  });
}

export function devicePage(owner: KnownVisitor, device: DeviceRow, clientName: string | undefined): PreparedResponse {
  const m = messagesOf(owner.language);
  const application = html`<dt>${m.deviceApplication}</dt>
    <dd>${clientName}</dd>`;
  return showPage(owner, {
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

export function signOutPage(owner: KnownVisitor, device: DeviceRow, isWrongPassword: boolean): PreparedResponse {
  const m = messagesOf(owner.language);
  return showPage(owner, {
    title: m.deviceSignOutAsk(deviceNameOf(device, m)),
    ...(isWrongPassword && { problem: wrongPassword(m) }),
    body: html`<p class="warning">${m.deviceSignOutMeans}</p>
      <dl>
        <dt>${m.device}</dt>
        <dd>${device.device_id}</dd>
      </dl>
      ${confirmed(owner, pathOf('org.matrix.device_delete', { device_id: device.device_id }), m.deviceSignOut)}
      ${back(m)}`,
  });
}

export function resetPage(owner: KnownVisitor, sessionId: string): PreparedResponse {
  const m = messagesOf(owner.language);
  return showPage(owner, {
    title: m.resetTitle,
    body: html`${loggedInAs(owner, pathOf())}
      <p class="warning">${m.resetMeans}</p>
      ${form(owner, pathOf('org.matrix.cross_signing_reset', { session: sessionId }), [submit(m.reset, 'danger')])}
      ${back(m)}`,
  });
}

export function deactivatePage(owner: KnownVisitor, isWrongPassword: boolean): PreparedResponse {
  const m = messagesOf(owner.language);
  return showPage(owner, {
    title: m.deactivateTitle,
    ...(isWrongPassword && { problem: wrongPassword(m) }),
    body: html`<p class="warning">${m.deactivateMeans}</p>
      ${confirmed(owner, pathOf('org.matrix.account_deactivate'), m.deactivate)} ${back(m)}`,
  });
}

/** Says that something is done, or cannot be. */
export function noticePage(
  owner: KnownVisitor,
  title: (m: Messages) => string,
  text: (m: Messages) => string,
  status = 200,
): PreparedResponse {
  const m = messagesOf(owner.language);
  return showPage(owner, {
    title: title(m),
    status,
    body: html`<p role="status">${text(m)}</p>
      ${back(m)}`,
  });
}
