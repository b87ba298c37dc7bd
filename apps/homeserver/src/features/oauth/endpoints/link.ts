import type { oauth } from '@stafette/contracts';
import type { Handler, PreparedResponse } from '../../../http/handler.ts';
import { loginPage, type Visitor } from '../../browser-login/index.ts';
import { linkDonePage, LINK_PATH, linkPage, linkPath, userCodePage } from '../link-pages.ts';
import type { OAuth } from '../service.ts';

const loginFirst = ({ login }: OAuth, visitor: Visitor, continueTo: string): PreparedResponse =>
  loginPage(visitor, { ...login.pageOptions, continueTo });

export const showLink =
  (service: OAuth): Handler<typeof oauth.showLink> =>
  async ({ query, raw, ip }) => {
    const visitor = await service.login.visitors.meet(raw);
    const { account } = visitor;
    const { user_code: userCode } = query;
    // First who it is: codes are not tried out by somebody unknown.
    if (account === undefined)
      return loginFirst(service, visitor, userCode === undefined ? LINK_PATH : linkPath(userCode));
    if (userCode === undefined) return userCodePage(visitor, { isUnknown: false });
    const waiting = await service.findWaitingDevice(userCode, account.userId);
    if (waiting === undefined) return userCodePage(visitor, { isUnknown: true });
    return linkPage({ ...visitor, account }, { ...waiting, userCode, ip, isUnconfirmed: false });
  };

export const decideLink =
  (service: OAuth): Handler<typeof oauth.decideLink> =>
  async ({ body, raw, ip }) => {
    const visitor = await service.login.visitors.meetByForm(raw, body.csrf);
    const { account } = visitor;
    const { user_code: userCode } = body;
    if (account === undefined) return loginFirst(service, visitor, linkPath(userCode));
    const waiting = await service.findWaitingDevice(userCode, account.userId);
    if (waiting === undefined) return userCodePage(visitor, { isUnknown: true });
    const isAllowed = body.decision === 'allow';
    if (isAllowed && body.began_it === undefined)
      return linkPage({ ...visitor, account }, { ...waiting, userCode, ip, isUnconfirmed: true });
    const isDecided = await service.devices.decide(waiting.grant, isAllowed ? account.userId : undefined);
    return isDecided ? linkDonePage(visitor, isAllowed) : userCodePage(visitor, { isUnknown: true });
  };
