import { createHash } from 'node:crypto';
import { invalidParam, MatrixError } from '@stafette/contracts';
import type { CanonicalEmail } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import { enqueueJob, type JobKind } from '../../database/jobs.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { LoginAttempts } from '../identity/index.ts';
import type { Mail, MailKind, MailLanguage } from '../mail/index.ts';
import * as ids from './store.ts';
import * as store from './validation-store.ts';

export interface ValidationRequest {
  readonly purpose: store.ValidationPurpose;
  readonly email: CanonicalEmail;
  readonly clientSecret: string;
  readonly sendAttempt: number;
  readonly nextLink: string | undefined;
  readonly language: MailLanguage | undefined;
}

/** What a client names when it claims that an address was confirmed. */
export interface ProofClaim {
  readonly sid: string;
  readonly clientSecret: string;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent: this server sends no mail. */
  readonly mail: Mail | undefined;
  readonly defaultLanguage: MailLanguage;
  /** Where a confirmed person may be led; undefined: anywhere. */
  readonly linkOrigins: readonly string[] | undefined;
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Counts mails to one address, however many ask for them. */
  readonly mailsPerAddress: LoginAttempts;
  /** Called when a mail waits to be sent. */
  readonly wakeJobs: () => void;
}

/** From the mail to the click, and from the click to the use, ms. */
const LIFETIME_MS = 15 * 60 * 1000;
const SID_BYTES = 18;
const TOKEN_BYTES = 32;
const JOB_KIND = 'mail.address-validation';

const hashOf = (kind: 'token' | 'client secret', text: string): Buffer =>
  createHash('sha256').update(`${kind} ${text}`).digest();

/** What the owner of the mailbox reads: that alone tells whether the address has an account. */
function mailKindOf(purpose: store.ValidationPurpose, hasAccount: boolean): MailKind {
  if (purpose === 'reset-password') return hasAccount ? 'reset-password' : 'no-account';
  if (hasAccount) return 'address-in-use';
  return purpose === 'register' ? 'confirm-registration' : 'confirm-address';
}

/**
 * Proofs that somebody reads a mailbox.
 *
 * 1. A client asks, and gets the id of a session whether the address has an account or not.
 * 2. A job mails a link with a token, or a hint without one where the purpose does not fit the address.
 * 3. The reader of the mail confirms it on a page of this server.
 * 4. The client uses the proof, with its secret, once, for the purpose that it named.
 */
export class AddressValidations {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The session's id. Throws M_THREEPID_DENIED, M_INVALID_PARAM for the link, or M_LIMIT_EXCEEDED. */
  async request({ purpose, email, clientSecret, sendAttempt, nextLink, language }: ValidationRequest): Promise<string> {
    const { clock, database, mail, mailsPerAddress, random, defaultLanguage } = this.#d;
    if (mail === undefined) throw purpose === 'add' ? mediumNotSupported() : denied('This server sends no mail');
    if (!mail.isAdmitted(email)) throw denied('Mail addresses of this domain are not admitted here');
    this.#assertLink(nextLink);
    mailsPerAddress.begin(email);
    const nowMs = clock.nowMs();
    const validation = {
      sid: random.token(SID_BYTES),
      purpose,
      address: email,
      clientSecretHash: hashOf('client secret', clientSecret),
      sendAttempt,
      language: language ?? defaultLanguage,
      nextLink,
      expiresAtMs: nowMs + LIFETIME_MS,
    };
    return database.write(async (tx) => {
      const { sid, isNewAttempt } = await store.upsert(tx, validation, nowMs);
      if (isNewAttempt) {
        await enqueueJob(tx, { kind: JOB_KIND, key: sid, payload: { sid } });
        tx.afterCommit(this.#d.wakeJobs);
      }
      return sid;
    });
  }

  /**
   * Sends the mail of a session. The token is made here and only its hash is stored, so that none waits in the queue; when
   * a mail has to be sent twice, the link in the newer one counts.
   */
  readonly mailJob: JobKind = {
    kind: JOB_KIND,
    maxAttempts: 6,
    run: async (payload) => {
      const { clock, database, mail, publicUrl, random } = this.#d;
      const waiting = await store.findWaiting(database.reader, sidOf(payload), clock.nowMs());
      if (waiting === undefined || mail === undefined) return;
      const { sid, purpose, address: to, language } = waiting;
      const kind = mailKindOf(purpose, (await ids.findOwner(database.reader, to)) !== undefined);
      if (kind === 'address-in-use' || kind === 'no-account') return mail.send({ to, kind, language });
      const token = random.token(TOKEN_BYTES);
      await database.write((tx) => store.updateToken(tx, sid, hashOf('token', token)));
      const query = new URLSearchParams({ sid, token, language });
      await mail.send({ to, kind, language, link: `${publicUrl}/_stafette/v1/email/confirm?${query.toString()}` });
    },
  };

  /** Confirms the address by the token of its mail. Undefined for every token that does not hold, whatever the reason. */
  async confirm(sid: string, token: string): Promise<{ readonly nextLink: string | undefined } | undefined> {
    const nowMs = this.#d.clock.nowMs();
    const tokenHash = hashOf('token', token);
    return this.#d.database.write((tx) =>
      store.confirm(tx, { sid, tokenHash, nowMs, expiresAtMs: nowMs + LIFETIME_MS }),
    );
  }

  async findProof(purpose: store.ValidationPurpose, claim: ProofClaim): Promise<store.Proof | undefined> {
    return store.findProof(this.#d.database.reader, keyOf(purpose, claim), this.#d.clock.nowMs());
  }

  /** Uses the proof up in the transaction of what it allows. Throws M_THREEPID_AUTH_FAILED. */
  async takeProof(tx: WriteTx, purpose: store.ValidationPurpose, claim: ProofClaim): Promise<store.Proof> {
    const proof = await store.takeProof(tx, keyOf(purpose, claim), this.#d.clock.nowMs());
    if (proof === undefined)
      throw new MatrixError(400, 'M_THREEPID_AUTH_FAILED', 'This mail address was not confirmed for this');
    return proof;
  }

  #assertLink(link: string | undefined): void {
    if (link === undefined) return;
    const url = URL.parse(link);
    const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
    const { linkOrigins, publicUrl } = this.#d;
    if (!isWeb || (linkOrigins !== undefined && ![publicUrl, ...linkOrigins].includes(url.origin)))
      throw invalidParam('next_link leads to a place that is not allowed here');
  }
}

const keyOf = (purpose: store.ValidationPurpose, { sid, clientSecret }: ProofClaim): store.ValidationKey => ({
  purpose,
  sid,
  clientSecretHash: hashOf('client secret', clientSecret),
});

const mediumNotSupported = (): MatrixError =>
  new MatrixError(400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED', 'This server knows no mail addresses');
const denied = (message: string): MatrixError => new MatrixError(403, 'M_THREEPID_DENIED', message);

function sidOf(payload: unknown): string {
  const sid = typeof payload === 'object' && payload !== null && 'sid' in payload ? payload.sid : undefined;
  if (typeof sid !== 'string') throw new Error('a job without a session');
  return sid;
}
