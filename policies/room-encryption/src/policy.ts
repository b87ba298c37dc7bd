import type { CandidateEvent, EventPolicy, PolicyViolation, RoomPolicyView } from '@stafette/policy';

/** The one algorithm that clients agree on. https://spec.matrix.org/v1.19/client-server-api/#mmegolmv1aes-sha2 */
export const MEGOLM = 'm.megolm.v1.aes-sha2';

/** Events that clients send readable in encrypted rooms: none of them holds what people write. */
const READABLE_TYPES: ReadonlySet<string> = new Set(['m.room.encrypted', 'm.reaction', 'm.room.redaction']);
const READABLE_PREFIXES = [
  'm.key.verification.',
  'm.call.',
  'm.rtc.',
  'org.matrix.msc3401.call.',
  'org.matrix.msc4075.rtc.',
  'org.matrix.msc4143.rtc.',
];

/** People verify each other in their chat; the request comes as a message so that old clients can show its text. */
const isVerificationRequest = ({ type, content }: CandidateEvent): boolean =>
  type === 'm.room.message' && content['msgtype'] === 'm.key.verification.request';

const mayBeReadable = (candidate: CandidateEvent): boolean =>
  READABLE_TYPES.has(candidate.type) ||
  READABLE_PREFIXES.some((prefix) => candidate.type.startsWith(prefix)) ||
  isVerificationRequest(candidate);

const plaintext: PolicyViolation = {
  code: 'room-encryption.plaintext',
  message: 'Messages in this room must be encrypted; your app sent a readable one',
};
const fixed: PolicyViolation = { code: 'room-encryption.fixed', message: 'The encryption of a room cannot be changed' };
const missing: PolicyViolation = {
  code: 'room-encryption.missing',
  message: 'Turn on encryption before you close this room',
};

const isPublic = (room: RoomPolicyView): boolean =>
  room.stateContent('m.room.join_rules', '')?.['join_rule'] === 'public';
const isEncrypted = (room: RoomPolicyView): boolean => room.stateContent('m.room.encryption', '') !== undefined;
const isSpace = (room: RoomPolicyView): boolean => room.stateContent('m.room.create', '')?.['type'] === 'm.space';

function decideState({ type, stateKey, content }: CandidateEvent, room: RoomPolicyView): readonly PolicyViolation[] {
  if (stateKey !== '') return [];
  if (type === 'm.room.encryption' && content['algorithm'] !== MEGOLM) return [fixed];
  if (type === 'm.room.join_rules' && content['join_rule'] !== 'public' && !isEncrypted(room) && !isSpace(room))
    return [missing];
  return [];
}

/** Keeps non-public rooms encrypted. */
export const roomEncryption: EventPolicy = {
  name: 'room-encryption',
  decideEvent(candidate, room) {
    if (candidate.stateKey !== undefined) return decideState(candidate, room);
    if (mayBeReadable(candidate)) return [];
    return isEncrypted(room) || !isPublic(room) ? [plaintext] : [];
  },
};
