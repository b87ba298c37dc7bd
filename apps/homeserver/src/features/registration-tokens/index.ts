import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import {
  createSynapseRegistrationToken,
  getSynapseRegistrationToken,
  listSynapseRegistrationTokens,
  removeSynapseRegistrationToken,
  updateSynapseRegistrationToken,
} from './endpoints/registration-tokens.ts';
import type { RegistrationTokens } from './service.ts';

export { RegistrationTokens } from './service.ts';

export const registrationTokensHandlers = (tokens: RegistrationTokens) =>
  ({
    listSynapseRegistrationTokens: listSynapseRegistrationTokens(tokens),
    createSynapseRegistrationToken: createSynapseRegistrationToken(tokens),
    getSynapseRegistrationToken: getSynapseRegistrationToken(tokens),
    updateSynapseRegistrationToken: updateSynapseRegistrationToken(tokens),
    removeSynapseRegistrationToken: removeSynapseRegistrationToken(tokens),
  }) satisfies Partial<HandlersOf<typeof admin>>;
