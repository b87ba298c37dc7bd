import type { AgencyApi, OwnAccount } from '../agency/agency-api.ts';
import type { AccountGateway } from '../matrix/account-gateway.ts';
import { forgetCredentials, loadCredentials, saveCredentials, type Credentials } from '../matrix/credentials.ts';
import { MatrixSession } from '../matrix/session.ts';
import type { Words } from '../matrix/words.ts';
import { Workspace } from '../matrix/workspace.ts';
import { PasswordPromptViewModel } from '../features/password-prompt/password-prompt-view-model.ts';
import { MutableValue, type Observable } from '../observable/observable.ts';
import { downloadEncryption } from './encryption-download.ts';
import { takePageLock } from './page-lock.ts';
import { inBackground } from '../observable/in-background.ts';

export type AppState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'setup'; readonly serverName: string | undefined; readonly isServerNameFixed: boolean }
  | { readonly kind: 'signed-out'; readonly wasEnded: boolean }
  /** `progress`: of the encryption's download, from 0 to 1; then the first sync, of unknown length. */
  | { readonly kind: 'loading'; readonly progress: number | undefined }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'signed-in'; readonly workspace: Workspace };

export interface AppDependencies {
  readonly baseUrl: string;
  readonly agency: AgencyApi;
  readonly accounts: AccountGateway;
  readonly words: () => Words;
  /** "Firefox, Linux" */
  readonly deviceName: string;
}

/** From the first request to the open workspace, and back. */
export class AppModel {
  readonly agency: AgencyApi;
  readonly accounts: AccountGateway;
  readonly passwordPrompt = new PasswordPromptViewModel();
  readonly #dependencies: AppDependencies;
  readonly #state = new MutableValue<AppState>({ kind: 'starting' });
  readonly #account = new MutableValue<OwnAccount | undefined>(undefined);

  constructor(dependencies: AppDependencies) {
    this.#dependencies = dependencies;
    this.agency = dependencies.agency;
    this.accounts = dependencies.accounts;
  }

  get state(): Observable<AppState> {
    return this.#state;
  }

  /** What our own server says about the person; unknown on another Matrix server. */
  get account(): Observable<OwnAccount | undefined> {
    return this.#account;
  }

  readonly start = async (): Promise<void> => {
    this.#state.set({ kind: 'starting' });
    const credentials = loadCredentials(localStorage);
    if (credentials) return this.#open(credentials, { isFresh: false, password: undefined, isTakeOver: false });
    const setup = await this.agency.setupState();
    if (!setup.ok) this.#state.set({ kind: 'unreachable' });
    else if (setup.value.kind === 'needed') this.#state.set({ ...setup.value, kind: 'setup' });
    else this.#state.set({ kind: 'signed-out', wasEnded: false });
  };

  /** After a login, a registration or the set-up. */
  readonly enter = (credentials: Credentials, password: string): void => {
    saveCredentials(localStorage, credentials);
    inBackground(this.#open(credentials, { isFresh: true, password, isTakeOver: true }));
  };

  /** Takes the session over from the page that holds it. */
  readonly takeOver = async (): Promise<void> => {
    const credentials = loadCredentials(localStorage);
    if (credentials) await this.#open(credentials, { isFresh: false, password: undefined, isTakeOver: true });
  };

  readonly signOut = async (): Promise<void> => {
    const state = this.#state.get();
    if (state.kind !== 'signed-in') return;
    forgetCredentials(localStorage);
    sessionStorage.clear();
    this.#state.set({ kind: 'signed-out', wasEnded: false });
    this.#account.set(undefined);
    state.workspace.dispose();
    // The device is clean either way; a server that does not answer keeps a dead session.
    await state.workspace.session.signOut().catch(() => undefined);
  };

  async #open(
    credentials: Credentials,
    { isFresh, password, isTakeOver }: { isFresh: boolean; password: string | undefined; isTakeOver: boolean },
  ): Promise<void> {
    this.#state.set({ kind: 'loading', progress: undefined });
    let session: MatrixSession | undefined;
    const isOurs = await takePageLock(() => {
      session?.dispose();
      this.#state.set({ kind: 'elsewhere' });
    }, isTakeOver);
    if (!isOurs) return this.#state.set({ kind: 'elsewhere' });
    try {
      await downloadEncryption((progress) => this.#state.set({ kind: 'loading', progress }));
      this.#state.set({ kind: 'loading', progress: undefined });
      const { baseUrl, words, deviceName } = this.#dependencies;
      session = new MatrixSession({ baseUrl, credentials, words });
      // What an earlier person left behind is nobody's business.
      if (isFresh) await session.eraseStores();
      this.#followEnd(session);
      await session.start();
      // The set-up cannot name the device itself. Without a name it works as well.
      if (isFresh) session.nameDevice(deviceName).catch(() => undefined);
      this.#state.set({ kind: 'signed-in', workspace: new Workspace(session, this.passwordPrompt.ask, password) });
      await this.#readAccount(credentials);
    } catch {
      session?.dispose();
      if (this.#state.get().kind === 'loading') this.#state.set({ kind: 'failed' });
    }
  }

  async #readAccount(credentials: Credentials): Promise<void> {
    const account = await this.agency.me(credentials.accessToken);
    if (account.ok) this.#account.set(account.value);
  }

  #followEnd(session: MatrixSession): void {
    session.isEnded.subscribe(() => {
      const state = this.#state.get();
      forgetCredentials(localStorage);
      this.#state.set({ kind: 'signed-out', wasEnded: true });
      if (state.kind === 'signed-in') state.workspace.dispose();
      else session.dispose();
      // Keys of a session that the server ended are of no more use here.
      void session.eraseStores().catch(() => undefined);
    });
  }
}
