import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { Appservice } from './appservice.ts';
import { isSuccess, type ServiceClient } from './service-client.ts';
import { wait } from './wait.ts';

const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** How long to leave a service alone that failed so many times in a row: half a second, one, two, ... a minute. */
export const backoffMs = (failures: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));

/** Sends transactions to one service, each until the service takes it. */
export class TransactionSender {
  readonly #client: ServiceClient;
  readonly #service: Appservice;
  readonly #log: Log;
  readonly #stopping: AbortSignal;
  /** Aborts when a service that failed is worth another try. */
  #pausing = new AbortController();

  constructor(client: ServiceClient, service: Appservice, log: Log, stopping: AbortSignal) {
    this.#client = client;
    this.#service = service;
    this.#log = log;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => this.retryNow());
  }

  /** Ends a pause: the service has shown that it is there. */
  retryNow(): void {
    this.#pausing.abort();
  }

  /** Waits a moment after something failed. */
  async pause(failures: number): Promise<void> {
    this.#pausing = new AbortController();
    if (!this.#stopping.aborted) await wait(backoffMs(failures), this.#pausing.signal);
  }

  /** Resolves when the service has taken the transaction; false when the server stops before. */
  async send(transactionId: string, body: string): Promise<boolean> {
    for (let failures = 1; ; failures += 1) {
      const problem = await this.#findProblem(transactionId, body);
      if (problem === undefined) return true;
      if (this.#stopping.aborted) return false;
      const line = { service: this.#service.id, problem, failures };
      // Once when it begins; a service that is down for a night needs no thousand lines.
      if (failures === 1) this.#log.warn(line, 'an application service does not take its events; trying again');
      else this.#log.debug(line, 'an application service still does not take its events');
      await this.pause(failures);
      if (this.#stopping.aborted) return false;
    }
  }

  async #findProblem(transactionId: string, body: string): Promise<string | undefined> {
    try {
      const response = await this.#client.request(this.#service, {
        method: 'PUT',
        path: `/transactions/${transactionId}`,
        body,
        timeoutMs: TIMEOUT_MS,
        signal: this.#stopping,
      });
      return isSuccess(response) ? undefined : `status ${response.status}`;
    } catch (error) {
      if (error instanceof OutboundError) return error.kind;
      throw error;
    }
  }
}
