import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { forbidden } from '@stafette/contracts';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Account, Accounts } from '../identity/index.ts';
import { type Language, languageOf } from './messages/index.ts';
import * as store from './store.ts';

/** Somebody's browser on a page of ours. */
export interface Visitor {
  readonly language: Language;
  /** Who is logged in; never one who may not log in any more. */
  readonly account: Account | undefined;
  /** For the forms of the page. */
  readonly csrf: string;
  /** Headers that the answer needs. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One who is logged in. */
export interface KnownVisitor extends Visitor {
  readonly account: Account;
}

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;
/** A quarter of an hour after the password was typed. */
const LIFETIME_MS = 15 * 60 * 1000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly findAccount: Accounts['find'];
  /** Where browsers reach the server, without a slash at the end. */
  readonly publicUrl: string;
}

/**
 * Log-ins of browsers on the server's pages. A browser has a random token in a cookie from its first page on; another one
 * when it logs in, so that nobody can prepare it. What forms prove follows from the token.
 */
export class Visitors {
  readonly #d: Dependencies;
  readonly #isSecure: boolean;
  readonly #cookieName: string;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.#isSecure = dependencies.publicUrl.startsWith('https:');
    // With this prefix, browsers take the cookie from this host by TLS alone.
    this.#cookieName = this.#isSecure ? '__Host-stafette' : 'stafette';
  }

  async meet(request: IncomingMessage): Promise<Visitor> {
    const known = this.#tokenOf(request);
    const token = known ?? this.#d.random.token(TOKEN_BYTES);
    return {
      language: languageOf(request.headers['accept-language']),
      account: known === undefined ? undefined : await this.#findAccount(known),
      csrf: csrfOf(token),
      headers: known === undefined ? { 'set-cookie': this.#cookie(token) } : {},
    };
  }

  /**
   * As {@link meet}, for a form that was sent. Throws unless it came from a page of ours in this browser: by the browser's
   * own word, and by the token, which other origins cannot read.
   */
  async meetByForm(request: IncomingMessage, csrf: string): Promise<Visitor> {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isFromHere =
      (origin === undefined || origin === new URL(this.#d.publicUrl).origin) &&
      (site === undefined || site === 'same-origin');
    const token = this.#tokenOf(request);
    if (!isFromHere || token === undefined || !isEqual(csrf, csrfOf(token)))
      throw forbidden('This form is not from this page any more');
    return this.meet(request);
  }

  /** The headers that log the browser in. */
  async logIn(account: Account): Promise<Readonly<Record<string, string>>> {
    const token = this.#d.random.token(TOKEN_BYTES);
    const nowMs = this.#d.clock.nowMs();
    await this.#d.database.write((tx) =>
      store.insert(
        tx,
        {
          tokenHash: hash(token),
          userId: account.userId,
          passwordFingerprint: fingerprintOf(account),
          expiresAtMs: nowMs + LIFETIME_MS,
        },
        nowMs,
      ),
    );
    return { 'set-cookie': this.#cookie(token) };
  }

  /** The headers that log the browser out. */
  async logOut(request: IncomingMessage): Promise<Readonly<Record<string, string>>> {
    const token = this.#tokenOf(request);
    if (token !== undefined) await this.#d.database.write((tx) => store.remove(tx, hash(token)));
    return { 'set-cookie': this.#cookie(this.#d.random.token(TOKEN_BYTES)) };
  }

  async #findAccount(token: string): Promise<Account | undefined> {
    const session = await store.find(this.#d.database.reader, hash(token));
    if (session === undefined || session.expires_at <= this.#d.clock.nowMs()) return undefined;
    const account = await this.#d.findAccount(session.user_id);
    if (account === undefined || account.isDeactivated || account.isLocked) return undefined;
    return timingSafeEqual(session.password_fingerprint, fingerprintOf(account)) ? account : undefined;
  }

  #tokenOf(request: IncomingMessage): string | undefined {
    for (const cookie of (request.headers.cookie ?? '').split(';')) {
      const [name, value = ''] = cookie.trim().split('=', 2);
      if (name === this.#cookieName && TOKEN.test(value)) return value;
    }
    return undefined;
  }

  // Lax, as the way to a page begins in an application: on a form from elsewhere the cookie is not there.
  #cookie(token: string): string {
    return `${this.#cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax${this.#isSecure ? '; Secure' : ''}`;
  }
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const csrfOf = (token: string): string => createHash('sha256').update(`form ${token}`).digest('base64url');

const fingerprintOf = ({ passwordHash }: Account): Buffer => hash(`password ${passwordHash ?? ''}`);

const isEqual = (one: string, other: string): boolean => timingSafeEqual(hash(one), hash(other));
