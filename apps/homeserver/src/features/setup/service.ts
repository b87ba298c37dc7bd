import { forbidden, invalidParam } from '@stafette/contracts';
import { parseServerName, type ServerName, type UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { hashSetupCode, isSetupCode, makeSetupCode } from './setup-code.ts';
import { findAgency, findSetupCode, insertAgency, removeSetupCode, replaceSetupCode, type Agency } from './store.ts';

export interface FirstAdministrator {
  readonly loginName: string;
  readonly displayName: string;
  readonly password: string;
}

/** What a client needs to go on as the new administrator. */
export interface FirstLogin {
  readonly userId: UserId;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly expiresInMs?: number | undefined;
}

/** A complete server for a name, which does not answer yet. */
export interface PreparedServer {
  /**
   * Checks and hashes, which takes its time, and returns what remains for the transaction. Throws the specification's
   * errors for names and passwords that cannot be.
   */
  prepareAdministrator(administrator: FirstAdministrator): Promise<(tx: WriteTx) => Promise<UserId>>;
  /** Lets the server answer, and opens the administrator's first session. */
  activate(userId: UserId, administrator: FirstAdministrator): Promise<FirstLogin>;
  /** The set-up failed; nothing of this server is used. */
  discard(): Promise<void>;
}

export interface SetupOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** From the configuration; the form's must be the same then. */
  readonly fixedServerName: string | undefined;
  prepareServer(agency: Agency): Promise<PreparedServer>;
}

export interface SetupRequest {
  readonly code: string;
  readonly agencyName: string;
  readonly serverName: string;
  readonly administrator: FirstAdministrator;
}

const alreadyDone = () => forbidden('This server is set up already');

/** Creates the agency and its first administrator, once. */
export class SetupService {
  readonly #options: SetupOptions;
  /** One attempt at a time: preparing a server is expensive, and the second would fail anyway. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  get fixedServerName(): string | undefined {
    return this.#options.fixedServerName;
  }

  async findAgency(): Promise<Agency | undefined> {
    return findAgency(this.#options.database.reader);
  }

  /** Makes the code for the terminal. An earlier one ends to be valid. Not to be logged. */
  async issueCode(): Promise<string> {
    const code = makeSetupCode(this.#options.random);
    await this.#options.database.write(async (tx) => replaceSetupCode(tx, hashSetupCode(code)));
    return code;
  }

  async complete(request: SetupRequest): Promise<FirstLogin & { readonly serverName: ServerName }> {
    const attempt = this.#queue.then(async () => this.#complete(request));
    this.#queue = attempt.catch(() => undefined);
    return attempt;
  }

  async #complete({
    code,
    agencyName,
    serverName: serverNameText,
    administrator,
  }: SetupRequest): Promise<FirstLogin & { readonly serverName: ServerName }> {
    const { database, fixedServerName } = this.#options;
    const sha256 = await findSetupCode(database.reader);
    if (!sha256) throw alreadyDone();
    if (!isSetupCode(code, sha256)) throw forbidden('The code is not the one that the server shows');
    const serverName = parseServerName(serverNameText);
    if (serverName === undefined) throw invalidParam('The server name is not valid; it looks like agency.example');
    if (fixedServerName !== undefined && fixedServerName !== serverName)
      throw invalidParam(`The configuration says that the server name is ${fixedServerName}`);
    const name = agencyName.trim();
    if (name === '') throw invalidParam('The agency needs a name');
    const agency = { name, serverName };
    const server = await this.#options.prepareServer(agency);
    const userId = await this.#create(server, agency, administrator).catch(async (error: unknown) => {
      await server.discard();
      throw error;
    });
    // From here on there is an agency, and its server answers even if the first login fails.
    return { ...(await server.activate(userId, administrator)), serverName };
  }

  async #create(server: PreparedServer, agency: Agency, administrator: FirstAdministrator): Promise<UserId> {
    const { database, clock } = this.#options;
    const createAdministrator = await server.prepareAdministrator(administrator);
    return database.write(async (tx) => {
      if (!(await insertAgency(tx, agency, clock.nowMs()))) throw alreadyDone();
      await removeSetupCode(tx);
      return createAdministrator(tx);
    });
  }
}
