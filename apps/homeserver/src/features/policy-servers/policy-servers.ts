import { forbidden, limitExceeded, MatrixError } from '@stafette/contracts';
import {
  isJsonObject,
  POLICY_SERVER_KEY_ID,
  verifyPolicySignature,
  type JsonObject,
  type Pdu,
  type PolicyServer,
  type ProtocolCrypto,
  type RoomVersion,
} from '@stafette/protocol';
import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { FederationClient, FederationResponse } from '../federation-client/index.ts';

interface Dependencies {
  readonly federation: FederationClient;
  readonly crypto: ProtocolCrypto;
  readonly log: Log;
}

/** The sender waits, and with them whoever writes into the room. */
const TIMEOUT_MS = 5_000;
const MAX_RESPONSE_BYTES = 16 * 1024;
/** UTF-16 units of a policy server's reason that reach the sender. */
const MAX_REASON_LENGTH = 500;
/** The longest time for which a policy server makes a sender wait before the next attempt, and what it says otherwise. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;
const DEFAULT_RETRY_AFTER_MS = 5_000;

const SEND_LATER = 'Nothing was sent, so you can send it again later.';
const CHANGE_SETTING = 'If it stays so, a moderator of the room can name another policy server, or none.';

const late = (via: string): MatrixError =>
  new MatrixError(
    504,
    'M_CONNECTION_TIMEOUT',
    `${via}, which checks what is sent into this room, did not answer in time. ${SEND_LATER} ${CHANGE_SETTING}`,
  );
const gone = (via: string): MatrixError =>
  new MatrixError(
    502,
    'M_CONNECTION_FAILED',
    `${via}, which checks what is sent into this room, cannot be reached. ${SEND_LATER} ${CHANGE_SETTING}`,
  );
const garbled = (via: string): MatrixError =>
  new MatrixError(
    502,
    'M_CONNECTION_FAILED',
    `${via}, which checks what is sent into this room, gave no answer that makes sense. ${SEND_LATER} ${CHANGE_SETTING}`,
  );
const notAllowed = (via: string): MatrixError =>
  forbidden(
    `${via} checks what is sent into this room, and this server may not ask it. Nothing was sent. The operator of this server can put it on the federation list.`,
  );
const unproven = (via: string): MatrixError =>
  forbidden(
    `${via}, which checks what is sent into this room, signed with another key than the room's settings name. Nothing was sent. A moderator of the room has to bring the settings up to date.`,
  );
const notItsRoom = (via: string): MatrixError =>
  forbidden(
    `${via}, which is to check what is sent into this room, does not do so. Nothing was sent. ${CHANGE_SETTING}`,
  );

/** Asks policy servers whether an event may go into its room. https://spec.matrix.org/v1.19/server-server-api/#policy-servers */
export class PolicyServers {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /**
   * The policy server's signature over an event, in Base64 and checked. Throws what the sender is to read: the policy
   * server's own words when it refused, otherwise what happened and what can be done.
   * https://spec.matrix.org/v1.19/server-server-api/#post_matrixpolicyv1sign
   */
  async sign(event: Pdu, version: RoomVersion, policyServer: PolicyServer): Promise<string> {
    const { via } = policyServer;
    const { status, content } = await this.#ask(event.json, policyServer);
    const answer = isJsonObject(content ?? null) ? (content as JsonObject) : {};
    if (status !== 200) throw refusalOf(via, status, answer);
    const signatures = Object.hasOwn(answer, via) ? answer[via] : undefined;
    const signature = isJsonObject(signatures ?? null) ? (signatures as JsonObject)[POLICY_SERVER_KEY_ID] : undefined;
    if (typeof signature !== 'string') throw garbled(via);
    if (!verifyPolicySignature(event, version, signature, policyServer, this.#d.crypto).ok) throw unproven(via);
    return signature;
  }

  async #ask(content: JsonObject, { via }: PolicyServer): Promise<FederationResponse> {
    try {
      return await this.#d.federation.request({
        destination: via,
        method: 'POST',
        path: '/_matrix/policy/v1/sign',
        content,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
      });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.#d.log.warn({ policyServer: via, kind: error.kind }, 'a policy server gave no answer');
      if (error.kind === 'refused') throw notAllowed(via);
      if (error.kind === 'too-large') throw garbled(via);
      throw error.kind === 'timeout' ? late(via) : gone(via);
    }
  }
}

/** "If the Policy Server returned an error, that error SHOULD be provided to the client verbatim." */
function refusalOf(
  via: string,
  status: number,
  { errcode, error, retry_after_ms: retryAfterMs }: JsonObject,
): MatrixError {
  if (status === 429)
    return limitExceeded(
      typeof retryAfterMs === 'number' && retryAfterMs > 0
        ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)
        : DEFAULT_RETRY_AFTER_MS,
    );
  if (errcode === 'M_FORBIDDEN')
    return forbidden(
      typeof error === 'string' && error !== ''
        ? error.slice(0, MAX_REASON_LENGTH)
        : `${via}, which checks what is sent into this room, refused this.`,
    );
  // It knows nothing of the room, or is no policy server at all: that the sender's room is not found would be wrong.
  return status === 404 ? notItsRoom(via) : garbled(via);
}
