import {
  CryptoEvent,
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type ShowSasCallbacks,
  type VerificationRequest,
  type Verifier,
} from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { Person } from './person.ts';

const isIn = (request: VerificationRequest, phase: VerificationPhase): boolean => request.phase >= phase;

async function reach(request: VerificationRequest, phase: VerificationPhase): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (isIn(request, phase)) resolve(undefined);
  };
  request.on(VerificationRequestEvent.Change, look);
  look();
  await promise;
  request.off(VerificationRequestEvent.Change, look);
}

/** The request as it arrives at the other side. */
export async function nextRequest(person: Person): Promise<VerificationRequest> {
  const { promise, resolve } = Promise.withResolvers<VerificationRequest>();
  person.client.once(CryptoEvent.VerificationRequestReceived, resolve);
  return promise;
}

async function showEmoji(verifier: Verifier): Promise<ShowSasCallbacks> {
  const { promise, resolve } = Promise.withResolvers<ShowSasCallbacks>();
  verifier.once(VerifierEvent.ShowSas, resolve);
  return promise;
}

const emojiOf = ({ sas }: ShowSasCallbacks): string => (sas.emoji ?? []).map(([symbol]) => symbol).join(' ');

/**
 * Both sides accept, compare the seven emoji and confirm. Gives what each side saw.
 * https://spec.matrix.org/v1.19/client-server-api/#short-authentication-string-sas-verification
 */
export async function verifyByEmoji(
  asking: VerificationRequest,
  asked: VerificationRequest,
): Promise<readonly [string, string]> {
  await asked.accept();
  await reach(asking, VerificationPhase.Ready);
  const askingVerifier = await asking.startVerification('m.sas.v1');
  const askingShows = showEmoji(askingVerifier);
  const askingDone = askingVerifier.verify();

  await reach(asked, VerificationPhase.Started);
  const askedVerifier = asked.verifier;
  if (askedVerifier === undefined) throw new Error('a started verification has a verifier');
  const askedShows = showEmoji(askedVerifier);
  const askedDone = askedVerifier.verify();

  const [left, right] = await Promise.all([askingShows, askedShows]);
  await Promise.all([left.confirm(), right.confirm()]);
  await Promise.all([askingDone, askedDone]);
  return [emojiOf(left), emojiOf(right)];
}
