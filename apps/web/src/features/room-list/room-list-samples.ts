import type { RoomSummary } from '../../model/room-summary.ts';

const NOON = Date.UTC(2027, 2, 15, 12);

/** A direct chat with Bernd, read, its last message from noon. */
export function sampleRoom(change: Partial<RoomSummary> = {}): RoomSummary {
  return {
    roomId: '!bernd',
    membership: 'joined',
    name: 'Bernd Krüger',
    isDirect: true,
    partner: { userId: '@b:example.org', name: 'Bernd Krüger' },
    inviter: undefined,
    isEncrypted: true,
    unreadCount: 0,
    mentionCount: 0,
    lastMessage: {
      sender: { userId: '@b:example.org', name: 'Bernd Krüger' },
      isOwn: false,
      preview: { kind: 'text', text: 'Guten Tag' },
      ts: NOON,
    },
    lastActivityTs: NOON,
    ...change,
  };
}

const group = { isDirect: false, partner: undefined } as const;

export const sampleRooms: readonly RoomSummary[] = [
  sampleRoom(),
  sampleRoom({
    ...group,
    roomId: '!budget',
    name: 'Haushaltsausschuss',
    unreadCount: 3,
    mentionCount: 1,
    lastActivityTs: NOON + 60_000,
  }),
  sampleRoom({ ...group, roomId: '!street', name: 'Straßenbau Süd', lastActivityTs: NOON - 60_000 }),
  sampleRoom({
    roomId: '!clara',
    name: 'Clara Müller',
    partner: { userId: '@c:example.org', name: 'Clara Müller' },
    lastActivityTs: NOON - 120_000,
  }),
  sampleRoom({
    ...group,
    roomId: '!press',
    name: 'Presse',
    membership: 'invited',
    inviter: { userId: '@c:example.org', name: 'Clara Müller' },
    lastActivityTs: 0,
  }),
];
