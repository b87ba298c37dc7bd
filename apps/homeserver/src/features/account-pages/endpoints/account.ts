import { MatrixError, missingParam, type oauth } from '@stafette/contracts';
import type { Handler, PreparedResponse } from '../../../http/handler.ts';
import { type KnownVisitor, loginPage, type Messages, type Visitor } from '../../browser-login/index.ts';
import { nameOf } from '../../oauth/index.ts';
import { actionOf } from '../actions.ts';
import * as pages from '../pages.ts';
import { type AccountPages, findDevice, isConfirmed, signOut } from '../service.ts';

interface AccountQuery {
  readonly action?: string;
  readonly device_id?: string;
  readonly session?: string;
}

function loginFirst({ login }: AccountPages, visitor: Visitor, query: AccountQuery): PreparedResponse {
  const search = new URLSearchParams({ ...query }).toString();
  return loginPage(visitor, {
    ...login.pageOptions,
    continueTo: `/_stafette/account${search === '' ? '' : `?${search}`}`,
  });
}

const noSuchDevice = (owner: KnownVisitor): PreparedResponse =>
  pages.noticePage(
    owner,
    (m) => m.devicesTitle,
    (m) => m.deviceUnknown,
    404,
  );

const nothingToReset = (owner: KnownVisitor): PreparedResponse =>
  pages.noticePage(
    owner,
    (m) => m.resetTitle,
    (m) => m.resetNothing,
  );

async function deactivate({ accounts }: AccountPages, owner: KnownVisitor): Promise<PreparedResponse> {
  const notice = (text: (m: Messages) => string, status = 200): PreparedResponse =>
    pages.noticePage(owner, (m) => m.deactivateTitle, text, status);
  try {
    await accounts.deactivate(owner.account.userId);
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN')
      return notice((m) => m.lastAdministrator, error.status);
    throw error;
  }
  return notice((m) => m.deactivated);
}

/** The page of an action. */
async function show(service: AccountPages, owner: KnownVisitor, query: AccountQuery): Promise<PreparedResponse> {
  const { account } = owner;
  const action = actionOf(query.action);
  switch (action) {
    case 'overview':
      return pages.overviewPage(owner);
    case 'profile':
      return pages.profilePage(owner, { displayName: await service.findDisplayName(account.userId), isSaved: false });
    case 'devices':
      return pages.devicesPage(owner, await service.sessions.listDevicesAsSeen(account.userId));
    case 'device':
    case 'sign-out': {
      const device = await findDevice(service, account, query.device_id);
      if (device === undefined) return noSuchDevice(owner);
      if (action === 'sign-out') return pages.signOutPage(owner, device, false);
      const client = await service.tokens.findClientOf(account.userId, device.device_id);
      return pages.devicePage(owner, device, client && nameOf(client));
    }
    case 'reset': {
      const { session = '' } = query;
      const isWaiting = service.crossSigningReset.isWaiting(account.userId, session);
      return isWaiting ? pages.resetPage(owner, session) : nothingToReset(owner);
    }
    case 'deactivate':
      return pages.deactivatePage(owner, false);
  }
}

export const showAccount =
  (service: AccountPages): Handler<typeof oauth.showAccount> =>
  async ({ query, raw }) => {
    const visitor = await service.login.visitors.meet(raw);
    const { account } = visitor;
    return account === undefined ? loginFirst(service, visitor, query) : show(service, { ...visitor, account }, query);
  };

export const changeAccount =
  (service: AccountPages): Handler<typeof oauth.changeAccount> =>
  async ({ query, body, raw }) => {
    const visitor = await service.login.visitors.meetByForm(raw, body.csrf);
    const { account } = visitor;
    if (account === undefined) return loginFirst(service, visitor, query);
    const owner = { ...visitor, account };
    switch (actionOf(query.action)) {
      case 'profile': {
        if (account.isSuspended) throw new MatrixError(403, 'M_USER_SUSPENDED', 'Your account is suspended');
        if (body.display_name === undefined) throw missingParam('A name is needed');
        await service.setDisplayName(account.userId, body.display_name);
        return pages.profilePage(owner, { displayName: body.display_name, isSaved: true });
      }
      case 'sign-out': {
        const device = await findDevice(service, account, query.device_id);
        if (device === undefined) return noSuchDevice(owner);
        if (!(await isConfirmed(service, account, body.password))) return pages.signOutPage(owner, device, true);
        await signOut(service, account, device.device_id);
        return pages.noticePage(
          owner,
          (m) => m.devicesTitle,
          (m) => m.deviceSignedOut,
        );
      }
      case 'reset':
        return service.crossSigningReset.allow(account.userId, query.session ?? '')
          ? pages.noticePage(
              owner,
              (m) => m.resetTitle,
              (m) => m.resetDone,
            )
          : nothingToReset(owner);
      case 'deactivate':
        if (!(await isConfirmed(service, account, body.password))) return pages.deactivatePage(owner, true);
        return deactivate(service, owner);
      default:
        return show(service, owner, query);
    }
  };
