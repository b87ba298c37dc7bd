import { badJson, forbidden, MatrixError } from '@stafette/contracts';
import {
  buildPdu,
  canonicalJson,
  CanonicalJsonError,
  checkEventAuth,
  encodeBase64,
  isPolicyEvent,
  MAX_IDENTIFIER_BYTES,
  MAX_PDU_BYTES,
  readPowerLevels,
  creatorsOf,
  referenceHash,
  selectAuthEventKeys,
  utf8Length,
  type Ed25519Signer,
  type EventId,
  type EventReference,
  type Pdu,
  type PowerLevels,
  type ProtocolCrypto,
  type RoomId,
  type RoomVersion,
  type ServerName,
  type JsonObject,
} from '@stafette/protocol';
import type { EventPolicy } from '@stafette/policy';
import { locateContent } from './content-span.ts';
import { readRelation, type EventIntent, type TransactionKey } from './event-intent.ts';
import { policyServerOf } from './policy-signatures.ts';
import { checkRedaction } from './redactions.ts';
import { isRepetition, type RoomActor } from './room-actor.ts';
import type { StagedEvent, StagedIntent } from './staged-event.ts';
import type { StoredEvent } from './stored-event.ts';

/** What an event means to readers' unread counters, decided when it is made; see features/push. */
export type UnreadClassifier = (
  event: {
    readonly type: string;
    readonly stateKey: string | undefined;
    readonly sender: string;
    readonly content: JsonObject;
  },
  levels: PowerLevels,
) => number;

export interface StageContext {
  readonly serverName: ServerName;
  readonly signer: Ed25519Signer;
  readonly crypto: ProtocolCrypto;
  readonly policies: readonly EventPolicy[];
  readonly isBlocked: (roomId: RoomId) => boolean;
  readonly classifyUnread: UnreadClassifier;
  /** Whether flags count towards the room's running number. */
  readonly countsAsUnread: (flags: number) => boolean;
  readonly nowMs: () => number;
  /** Opaque part of event ids in room versions 1 and 2. */
  readonly newEventToken: () => string;
}

/** What one call of `append` asks for. */
export interface WantedEvents {
  readonly intents: readonly EventIntent[];
  readonly transaction: TransactionKey | undefined;
  /** Targets of redactions among the intents, loaded before. */
  readonly redactionTargets: ReadonlyMap<EventId, StoredEvent>;
}

/** In versions with hashes as ids references carry nothing else. */
export const referenceTo = (pdu: Pdu, version: RoomVersion, crypto: ProtocolCrypto): EventReference => ({
  eventId: pdu.eventId,
  sha256: version.eventIdFormat === 'wire' ? encodeBase64(referenceHash(pdu.json, version, crypto)) : '',
});

function canonicalContent(intent: EventIntent): string {
  try {
    return canonicalJson(intent.content);
  } catch (error) {
    if (error instanceof CanonicalJsonError) throw badJson(`The content is refused: ${error.message}`);
    throw error;
  }
}

function checkText(name: string, text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw badJson(`The ${name} holds characters that are not allowed`);
  if (utf8Length(text) > MAX_IDENTIFIER_BYTES)
    throw new MatrixError(413, 'M_TOO_LARGE', `The ${name} is longer than ${MAX_IDENTIFIER_BYTES} bytes`);
}

function authEvents(actor: RoomActor, intent: EventIntent, context: StageContext): EventReference[] {
  const { version } = actor.state;
  const keys = selectAuthEventKeys({ ...intent, stateKey: intent.stateKey }, version);
  return keys.flatMap(([type, stateKey]) => {
    const found = actor.find(type, stateKey);
    return found === undefined ? [] : [referenceTo(found.pdu, version, context.crypto)];
  });
}

function levelsAt(actor: RoomActor): PowerLevels {
  const create = actor.lookup('m.room.create', '');
  const creators = create === undefined ? [] : creatorsOf(create, actor.state.version);
  return readPowerLevels(actor.lookup('m.room.power_levels', '')?.content, actor.state.version, creators);
}

function checkPolicies(actor: RoomActor, intent: EventIntent, context: StageContext): void {
  if (context.policies.length === 0) return;
  const view = { stateContent: (type: string, stateKey: string) => actor.lookup(type, stateKey)?.content };
  for (const policy of context.policies) {
    const [violation] = policy.decideEvent(intent, view);
    if (violation) throw forbidden(violation.message);
  }
}

/** Nobody comes into a blocked room in any way; those inside may go on, and go. */
function checkBlock(actor: RoomActor, intent: EventIntent, context: StageContext): void {
  if (intent.type !== 'm.room.member' || !context.isBlocked(actor.roomId)) return;
  const { membership } = intent.content;
  if (membership !== 'join' && membership !== 'invite' && membership !== 'knock') return;
  const before = actor.lookup('m.room.member', intent.stateKey ?? '')?.content['membership'];
  if (before !== 'join') throw forbidden('This room is blocked on this server');
}

/** Builds one event on top of the tentative chain, or throws the refusal. */
function stageOne(actor: RoomActor, intent: EventIntent, wanted: WantedEvents, context: StageContext): StagedIntent {
  const { version } = actor.state;
  checkText('type', intent.type);
  if (intent.stateKey !== undefined) checkText('state key', intent.stateKey);
  const inForce = intent.stateKey === undefined ? undefined : actor.find(intent.type, intent.stateKey);
  const contentJson = canonicalContent(intent);
  if (intent.stateKey !== undefined && inForce !== undefined && isRepetition(intent, inForce, contentJson)) {
    return { kind: 'unchanged', eventId: inForce.pdu.eventId, type: intent.type, stateKey: intent.stateKey };
  }
  checkPolicies(actor, intent, context);
  checkBlock(actor, intent, context);
  const built = buildPdu(
    {
      roomId: intent.type === 'm.room.create' && version.roomIdIsCreateHash ? undefined : actor.roomId,
      type: intent.type,
      stateKey: intent.stateKey,
      sender: intent.sender,
      content: intent.content,
      originServerTs: intent.originServerTs ?? context.nowMs(),
      depth: actor.head.depth + 1,
      prevEvents: actor.head.extremities,
      authEvents: authEvents(actor, intent, context),
      redacts: intent.redacts,
      ...(version.eventIdFormat === 'wire'
        ? { wireEventId: `$${context.newEventToken()}:${context.serverName}` as EventId }
        : {}),
    },
    { version, serverName: context.serverName, signer: context.signer, crypto: context.crypto },
  );
  // A byte takes at least one UTF-16 unit, so that most texts need no count.
  if (built.canonicalText.length * 3 > MAX_PDU_BYTES && utf8Length(built.canonicalText) > MAX_PDU_BYTES) {
    throw new MatrixError(413, 'M_TOO_LARGE', 'The event is larger than 64 KiB');
  }
  const verdict = checkEventAuth(built.pdu, actor.lookup, version, {
    crypto: context.crypto,
    isSignedBy: (server) => server === context.serverName,
  });
  if (!verdict.allowed) throw forbidden(`Not allowed: ${verdict.reason}`);
  const target = intent.redacts === undefined ? undefined : wanted.redactionTargets.get(intent.redacts);
  if (target !== undefined) checkRedaction(intent, target, levelsAt(actor));
  return {
    kind: 'new',
    event: describe(actor, intent, built, { target, inForce, transaction: wanted.transaction }, context),
  };
}

function describe(
  actor: RoomActor,
  intent: EventIntent,
  built: ReturnType<typeof buildPdu>,
  extra: {
    target: StoredEvent | undefined;
    inForce: ReturnType<RoomActor['find']>;
    transaction: TransactionKey | undefined;
  },
  context: StageContext,
): StagedEvent {
  const { pdu, canonicalText, sha256 } = built;
  const span = locateContent(canonicalText);
  const unreadFlags = context.classifyUnread(pdu, levelsAt(actor));
  const { inForce } = extra;
  return {
    pdu,
    reference: { eventId: pdu.eventId, sha256 },
    json: canonicalText,
    contentFrom: span.from,
    contentTo: span.to,
    unreadFlags,
    notifySeq: actor.head.notifySeq + Number(context.countsAsUnread(unreadFlags)),
    relatesTo: pdu.stateKey === undefined ? readRelation(pdu.content) : undefined,
    replaces: inForce === undefined ? undefined : { eventId: inForce.pdu.eventId, contentJson: inForce.contentJson },
    membership:
      pdu.type === 'm.room.member' && pdu.stateKey !== undefined ? membershipChange(pdu, inForce?.pdu) : undefined,
    redactionTarget: extra.target,
    transaction: extra.transaction,
    policyServer: isPolicyEvent(intent) ? undefined : policyServerOf(actor),
  };
}

const membershipText = (pdu: Pdu): string =>
  typeof pdu.content['membership'] === 'string' ? pdu.content['membership'] : 'leave';

const membershipChange = (pdu: Pdu, before: Pdu | undefined): StagedEvent['membership'] => ({
  from: before === undefined ? undefined : membershipText(before),
  to: membershipText(pdu),
});

/**
 * Turns intents into events on the room's tentative chain, in memory and without waiting: authorised, policies asked,
 * built, hashed and signed. All of them or, by an exception, none.
 */
export function stageEvents(actor: RoomActor, wanted: WantedEvents, context: StageContext): StagedIntent[] {
  const [only] = wanted.intents;
  if (only !== undefined && wanted.intents.length === 1) {
    const result = stageOne(actor, only, wanted, context);
    if (result.kind === 'new') actor.chain([result.event]);
    return [result];
  }
  const staged: StagedIntent[] = [];
  const draft = actor.draft();
  for (const intent of wanted.intents) {
    const result = stageOne(draft, intent, wanted, context);
    staged.push(result);
    if (result.kind === 'new') draft.chain([result.event]);
  }
  actor.adopt(draft);
  return staged;
}
