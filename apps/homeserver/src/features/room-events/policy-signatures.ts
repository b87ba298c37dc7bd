import {
  addPolicySignature,
  isPolicyEvent,
  MAX_PDU_BYTES,
  readPolicyServer,
  utf8Length,
  type Pdu,
  type PolicyServer,
  type RoomVersion,
} from '@stafette/protocol';
import { tooLarge } from '@stafette/contracts';
import type { EventIntent } from './event-intent.ts';
import type { RoomActor } from './room-actor.ts';
import type { StagedEvent, StagedIntent } from './staged-event.ts';

/** Asks a policy server for its signature over an event, in Base64; throws the refusal, as a person may read it. */
export type AskPolicyServer = (event: Pdu, version: RoomVersion, policyServer: PolicyServer) => Promise<string>;

/**
 * Who has to sign the next event: the policy server that the room's state names, if it has a user in the room.
 * https://spec.matrix.org/v1.19/server-server-api/#determining-if-a-policy-server-is-enabled-in-a-room
 */
export function policyServerOf(actor: RoomActor): PolicyServer | undefined {
  const content = actor.lookup('m.room.policy', '')?.content;
  const policyServer = content === undefined ? undefined : readPolicyServer(content);
  return policyServer !== undefined && actor.hasJoinedUserOf(policyServer.via) ? policyServer : undefined;
}

/** Whether some of these events may need a signature, so that they cannot be written at once. */
export const mayNeedPolicySignature = (actor: RoomActor, intents: readonly EventIntent[]): boolean =>
  !intents.every(isPolicyEvent) && (policyServerOf(actor) !== undefined || intents.some(isPolicyEvent));

async function sign(event: StagedEvent, version: RoomVersion, ask: AskPolicyServer): Promise<StagedEvent> {
  if (event.policyServer === undefined) return event;
  const signature = await ask(event.pdu, version, event.policyServer);
  const { pdu, canonicalText } = addPolicySignature(event.pdu, signature, event.policyServer);
  if (utf8Length(canonicalText) > MAX_PDU_BYTES) throw tooLarge('The event is larger than 64 KiB');
  // `signatures` comes behind `content`, which so stays where it is.
  return { ...event, pdu, json: canonicalText };
}

export const needsPolicySignature = (staged: readonly StagedIntent[]): boolean =>
  staged.some((intent) => intent.kind === 'new' && intent.event.policyServer !== undefined);

/** Events that a policy server is asked about at the same time, when many are appended together. */
const AT_ONCE = 16;

/** Has every event signed that needs it: that they are chained to each other is no part of a signature. */
export async function addPolicySignatures(
  staged: readonly StagedIntent[],
  version: RoomVersion,
  ask: AskPolicyServer,
): Promise<readonly StagedIntent[]> {
  const signed: StagedIntent[] = [];
  for (let at = 0; at < staged.length; at += AT_ONCE)
    signed.push(
      ...(await Promise.all(
        staged
          .slice(at, at + AT_ONCE)
          .map(async (intent) =>
            intent.kind === 'new' ? { kind: intent.kind, event: await sign(intent.event, version, ask) } : intent,
          ),
      )),
    );
  return signed;
}
