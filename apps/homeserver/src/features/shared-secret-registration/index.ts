import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { getRegistrationNonce, registerBySharedSecret, type SharedSecretDependencies } from './endpoints/register.ts';

export { SharedSecretRegistration } from './service.ts';

export const sharedSecretHandlers = (dependencies: SharedSecretDependencies) =>
  ({
    getRegistrationNonce: getRegistrationNonce(dependencies),
    registerBySharedSecret: registerBySharedSecret(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;
