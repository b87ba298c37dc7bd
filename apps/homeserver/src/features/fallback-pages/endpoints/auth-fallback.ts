import type { oauth } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { logInProblem, mailProblem } from '../../browser-login/index.ts';
import { EMAIL_STAGE } from '../../identity/index.ts';
import { type FallbackPages, getSessionStage, takeStage } from '../service.ts';
import { stageDonePage, stagePage } from '../stage-page.ts';

export const showAuthFallback =
  (service: FallbackPages): Handler<typeof oauth.showAuthFallback> =>
  async ({ params, query, raw }) => {
    const visitor = await service.login.visitors.meet(raw);
    const waiting = await getSessionStage(service, params.authType, query.session);
    return waiting.isDone ? stageDonePage(visitor) : stagePage(visitor, waiting);
  };

export const takeAuthFallback =
  (service: FallbackPages): Handler<typeof oauth.takeAuthFallback> =>
  async ({ params, query, body, raw }) => {
    const visitor = await service.login.visitors.meetByForm(raw, body.csrf);
    const waiting = await getSessionStage(service, params.authType, query.session);
    try {
      if (!waiting.isDone) await takeStage(service, waiting, visitor, body);
      return stageDonePage(visitor);
    } catch (error) {
      const { email, proof } = body;
      return stagePage(visitor, { ...waiting, email, proof, problem: logInProblem(error, visitor) });
    }
  };

export const mailForAuthFallback =
  (service: FallbackPages): Handler<typeof oauth.mailForAuthFallback> =>
  async ({ query, body, raw }) => {
    const visitor = await service.login.visitors.meetByForm(raw, body.csrf);
    const waiting = await getSessionStage(service, EMAIL_STAGE, query.session);
    const { email } = body;
    if (waiting.isDone) return stageDonePage(visitor);
    const purpose = waiting.action === 'reset-password' ? 'reset-password' : 'register';
    try {
      return stagePage(visitor, {
        ...waiting,
        email,
        proof: await service.login.proveAddress(visitor, purpose, email),
      });
    } catch (error) {
      return stagePage(visitor, { ...waiting, email, problem: mailProblem(error, visitor) });
    }
  };
