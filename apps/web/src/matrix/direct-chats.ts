import { EventType, KnownMembership, Preset, type MatrixClient, type Room } from 'matrix-js-sdk';

type DirectContent = Record<string, string[]>;

/** Which rooms are chats of two. https://spec.matrix.org/v1.19/client-server-api/#direct-messaging */
export class DirectChats {
  readonly #client: MatrixClient;

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  #content(): DirectContent {
    return this.#client.getAccountData(EventType.Direct)?.getContent() ?? {};
  }

  /** The other person's id if the room is a direct chat. */
  partnerOf(room: Room): string | undefined {
    for (const [userId, roomIds] of Object.entries(this.#content())) {
      if (Array.isArray(roomIds) && roomIds.includes(room.roomId)) return userId;
    }
    // An invitation says so itself until it is accepted.
    const membership: string = room.getMyMembership();
    return membership === 'invite' ? room.getDMInviter() : undefined;
  }

  find(userId: string): Room | undefined {
    const rooms = (this.#content()[userId] ?? []).map((roomId) => this.#client.getRoom(roomId));
    return (
      rooms.find((room) => {
        const partner = room?.getMember(userId)?.membership;
        const isThere = partner === KnownMembership.Join || partner === KnownMembership.Invite;
        return room?.getMyMembership() === KnownMembership.Join && isThere;
      }) ?? undefined
    );
  }

  async mark(roomId: string, userId: string): Promise<void> {
    const content = this.#content();
    const known = content[userId] ?? [];
    if (known.includes(roomId)) return;
    await this.#client.setAccountData(EventType.Direct, { ...content, [userId]: [...known, roomId] });
  }

  /** The id of the direct chat with the person; begins one if there is none. */
  async open(userId: string): Promise<string> {
    const existing = this.find(userId);
    if (existing) return existing.roomId;
    const { room_id: roomId } = await this.#client.createRoom({
      preset: Preset.TrustedPrivateChat,
      is_direct: true,
      invite: [userId],
      initial_state: [ENCRYPTION],
    });
    await this.mark(roomId, userId);
    return roomId;
  }
}

/** https://spec.matrix.org/v1.19/client-server-api/#mroomencryption */
export const ENCRYPTION = {
  type: 'm.room.encryption',
  state_key: '',
  content: { algorithm: 'm.megolm.v1.aes-sha2' },
} as const;
