import {
  CryptoEvent,
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type ShowSasCallbacks,
  type VerificationRequest,
  type Verifier,
} from 'matrix-js-sdk/lib/crypto-api/index.js';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../observable/observable.ts';
import type { DirectChats } from './direct-chats.ts';
import { nameOfUser } from './person-of.ts';
import type { MatrixSession } from './session.ts';

/** One of the seven pictures both sides compare. */
interface SasEmoji {
  readonly symbol: string;
  /** The English name of the specification's table. */
  readonly name: string;
}

type VerificationPhaseName = 'incoming' | 'waiting' | 'comparing' | 'confirmed-here' | 'done' | 'cancelled';

export interface VerificationSnapshot {
  readonly phase: VerificationPhaseName;
  readonly isSelf: boolean;
  readonly otherName: string;
  readonly emojis: readonly SasEmoji[];
  /** Set with `cancelled`. */
  readonly cancellation: 'timeout' | 'mismatch' | 'by-us' | 'by-them' | undefined;
}

const SAS = 'm.sas.v1';

/** One comparison of emojis from request to result. https://spec.matrix.org/v1.19/client-server-api/#short-authentication-string-sas-verification */
export class VerificationProcess implements Disposable {
  readonly snapshot: MutableValue<VerificationSnapshot>;
  readonly #request: VerificationRequest;
  readonly #ownUserId: string;
  readonly #cleanups = new Cleanups();
  #verifier: Verifier | undefined;
  #sas: ShowSasCallbacks | undefined;

  constructor(request: VerificationRequest, ownUserId: string, otherName: string) {
    this.#request = request;
    this.#ownUserId = ownUserId;
    this.snapshot = new MutableValue<VerificationSnapshot>({
      phase: request.initiatedByMe ? 'waiting' : 'incoming',
      isSelf: request.isSelfVerification,
      otherName,
      emojis: [],
      cancellation: undefined,
    });
    const onChange = (): void => void this.#advance();
    request.on(VerificationRequestEvent.Change, onChange);
    this.#cleanups.add(() => request.off(VerificationRequestEvent.Change, onChange));
    onChange();
  }

  get id(): string {
    return this.#request.transactionId ?? this.#request.otherUserId;
  }

  async accept(): Promise<void> {
    this.#show({ phase: 'waiting' });
    await this.#request.accept();
  }

  /** The pictures are the same on both sides. */
  async confirm(): Promise<void> {
    this.#show({ phase: 'confirmed-here' });
    await this.#sas?.confirm();
  }

  /** They differ: somebody is in between, or somebody erred. */
  mismatch(): void {
    this.#sas?.mismatch();
  }

  async cancel(): Promise<void> {
    const { phase } = this.snapshot.get();
    if (phase !== 'done' && phase !== 'cancelled') await this.#request.cancel();
  }

  #show(change: Partial<VerificationSnapshot>): void {
    this.snapshot.update((now) => ({ ...now, ...change }));
  }

  async #advance(): Promise<void> {
    const request = this.#request;
    switch (request.phase) {
      case VerificationPhase.Ready:
        // Who asked also starts, so that both do not start at once.
        if (request.initiatedByMe && this.#verifier === undefined) this.#follow(await request.startVerification(SAS));
        else if (!request.initiatedByMe) this.#show({ phase: 'waiting' });
        break;
      case VerificationPhase.Started:
        if (this.#verifier === undefined && request.verifier !== undefined && request.chosenMethod === SAS)
          this.#follow(request.verifier);
        break;
      case VerificationPhase.Cancelled:
        this.#show({ phase: 'cancelled', cancellation: this.#cancellation() });
        break;
      case VerificationPhase.Done:
        this.#show({ phase: 'done' });
        break;
      case VerificationPhase.Unsent:
      case VerificationPhase.Requested:
        break;
    }
  }

  #cancellation(): VerificationSnapshot['cancellation'] {
    const { cancellationCode, cancellingUserId } = this.#request;
    if (cancellationCode === 'm.timeout') return 'timeout';
    if (cancellationCode === 'm.mismatched_sas' || cancellationCode === 'm.key_mismatch') return 'mismatch';
    return cancellingUserId === this.#ownUserId && !this.#request.isSelfVerification ? 'by-us' : 'by-them';
  }

  #follow(verifier: Verifier): void {
    if (this.#verifier !== undefined) return;
    this.#verifier = verifier;
    const onShow = (sas: ShowSasCallbacks): void => {
      this.#sas = sas;
      const emojis = (sas.sas.emoji ?? []).map(([symbol, name]) => ({ symbol, name }));
      this.#show({ phase: 'comparing', emojis });
    };
    verifier.on(VerifierEvent.ShowSas, onShow);
    this.#cleanups.add(() => verifier.off(VerifierEvent.ShowSas, onShow));
    const known = verifier.getShowSasCallbacks();
    if (known) onShow(known);
    verifier.verify().then(
      () => this.#show({ phase: 'done' }),
      () => this.#show({ phase: 'cancelled', cancellation: this.#cancellation() }),
    );
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}

/** The comparison under way, whoever began it. There is one at a time. */
export class Verifications implements Disposable {
  readonly #session: MatrixSession;
  readonly #directChats: DirectChats;
  readonly #current = new MutableValue<VerificationProcess | undefined>(undefined);
  readonly #cleanups = new Cleanups();

  constructor(session: MatrixSession, directChats: DirectChats) {
    this.#session = session;
    this.#directChats = directChats;
    const onRequest = (request: VerificationRequest): void => this.#receive(request);
    session.client.on(CryptoEvent.VerificationRequestReceived, onRequest);
    this.#cleanups.add(() => session.client.off(CryptoEvent.VerificationRequestReceived, onRequest));
  }

  get current(): Observable<VerificationProcess | undefined> {
    return this.#current;
  }

  async verifyOwnDevice(): Promise<void> {
    const crypto = this.#session.client.getCrypto();
    if (crypto) this.#adopt(await crypto.requestOwnUserVerification());
  }

  async verifyDevice(deviceId: string): Promise<void> {
    const crypto = this.#session.client.getCrypto();
    if (crypto) this.#adopt(await crypto.requestDeviceVerification(this.#session.userId, deviceId));
  }

  /** Asks in the direct chat with the person, which is begun if there is none. */
  async verifyPerson(userId: string): Promise<void> {
    const crypto = this.#session.client.getCrypto();
    if (crypto === undefined) return;
    const roomId = await this.#directChats.open(userId);
    this.#adopt(await crypto.requestVerificationDM(userId, roomId));
  }

  /** Takes a finished or unwanted one off the screen. */
  close(): void {
    this.#current.get()?.dispose();
    this.#current.set(undefined);
  }

  #receive(request: VerificationRequest): void {
    const phase = this.#current.get()?.snapshot.get().phase;
    const isBusy = phase !== undefined && phase !== 'done' && phase !== 'cancelled';
    if (request.initiatedByMe || isBusy || request.phase !== VerificationPhase.Requested) return;
    this.#adopt(request);
  }

  #adopt(request: VerificationRequest): void {
    this.close();
    const otherName = nameOfUser(this.#session, request.otherUserId);
    const process = new VerificationProcess(request, this.#session.userId, otherName);
    process.snapshot.subscribe(() => {
      const { phase, isSelf } = process.snapshot.get();
      // What it brought is asked for anew; a failure leaves that to the next change of the device list.
      if (phase === 'done' && isSelf) this.#session.checkTrust().catch(() => undefined);
    });
    this.#current.set(process);
  }

  dispose(): void {
    this.close();
    this.#cleanups.dispose();
  }
}
