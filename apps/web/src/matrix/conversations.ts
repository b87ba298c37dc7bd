import { Preset } from 'matrix-js-sdk';
import { success, type Outcome } from '../model/failure.ts';
import type { Person } from '../model/person.ts';
import { ENCRYPTION, type DirectChats } from './direct-chats.ts';
import { failureOf } from './failure-of.ts';
import type { MatrixSession } from './session.ts';

export interface NewRoom {
  readonly name: string;
  readonly invitees: readonly string[];
}

/** Beginning, accepting and leaving conversations, and finding people for them. */
export class Conversations {
  readonly #session: MatrixSession;
  readonly #directChats: DirectChats;

  constructor(session: MatrixSession, directChats: DirectChats) {
    this.#session = session;
    this.#directChats = directChats;
  }

  /** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch */
  async searchPeople(term: string): Promise<Outcome<readonly Person[]>> {
    return this.#attempt(async () => {
      const { results } = await this.#session.client.searchUserDirectory({ term, limit: 20 });
      return results
        .filter(({ user_id: userId }) => userId !== this.#session.userId)
        .map(({ user_id: userId, display_name: name }) => ({
          userId,
          name: name ?? this.#session.words().unknownPerson,
        }));
    });
  }

  async openDirectChat(userId: string): Promise<Outcome<string>> {
    return this.#attempt(async () => this.#directChats.open(userId));
  }

  /** Private, encrypted from its first event on. */
  async createRoom({ name, invitees }: NewRoom): Promise<Outcome<string>> {
    return this.#attempt(async () => {
      const { room_id: roomId } = await this.#session.client.createRoom({
        preset: Preset.PrivateChat,
        name,
        invite: [...invitees],
        initial_state: [ENCRYPTION],
      });
      return roomId;
    });
  }

  async invite(roomId: string, userIds: readonly string[]): Promise<Outcome<void>> {
    return this.#attempt(async () => {
      for (const userId of userIds) await this.#session.client.invite(roomId, userId);
    });
  }

  async accept(roomId: string): Promise<Outcome<void>> {
    return this.#attempt(async () => {
      const room = this.#session.client.getRoom(roomId);
      const inviter = room?.getDMInviter();
      await this.#session.client.joinRoom(roomId);
      if (inviter !== undefined) await this.#directChats.mark(roomId, inviter);
    });
  }

  /** Declines an invitation, or leaves. */
  async leave(roomId: string): Promise<Outcome<void>> {
    return this.#attempt(async () => {
      await this.#session.client.leave(roomId);
    });
  }

  async #attempt<Value>(action: () => Promise<Value>): Promise<Outcome<Value>> {
    try {
      return success(await action());
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }
}
