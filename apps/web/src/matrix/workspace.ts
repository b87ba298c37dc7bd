import type { Person } from '../model/person.ts';
import { MutableValue, type Disposable, type Observable } from '../observable/observable.ts';
import { Conversations } from './conversations.ts';
import { Devices } from './devices.ts';
import { DirectChats } from './direct-chats.ts';
import { MediaModel } from './media.ts';
import { MembersModel } from './members.ts';
import { PasswordConfirmation, type PasswordPrompt } from './password-confirmation.ts';
import { nameOfUser } from './person-of.ts';
import { Recovery } from './recovery.ts';
import { RoomListModel } from './room-list.ts';
import { Sending } from './sending.ts';
import type { MatrixSession } from './session.ts';
import { TimelineModel } from './timeline.ts';
import { Verifications } from './verification.ts';

/** The models of one open room. */
export interface RoomModels extends Disposable {
  readonly timeline: TimelineModel;
  readonly members: MembersModel;
  readonly sending: Sending;
}

/** All models of somebody who is signed in. */
export class Workspace implements Disposable {
  readonly session: MatrixSession;
  readonly roomList: RoomListModel;
  readonly conversations: Conversations;
  readonly verifications: Verifications;
  readonly recovery: Recovery;
  readonly devices: Devices;
  readonly media: MediaModel;
  readonly #self: MutableValue<Person>;

  /** For a session that has started. `password`: just typed at the login, asked for otherwise. */
  constructor(session: MatrixSession, prompt: PasswordPrompt, password: string | undefined) {
    const directChats = new DirectChats(session.client);
    this.session = session;
    this.roomList = new RoomListModel(session, directChats);
    this.conversations = new Conversations(session, directChats);
    this.verifications = new Verifications(session, directChats);
    this.recovery = new Recovery(session, new PasswordConfirmation(session.userId, prompt, password));
    this.devices = new Devices(session, new PasswordConfirmation(session.userId, prompt));
    this.media = new MediaModel(session);
    this.#self = new MutableValue<Person>({ userId: session.userId, name: nameOfUser(session, session.userId) });
    // Without a connection the name that the rooms know will do.
    void this.#readProfile().catch(() => undefined);
  }

  /** The person's own name, from the profile. */
  get self(): Observable<Person> {
    return this.#self;
  }

  async #readProfile(): Promise<void> {
    const { userId, client } = this.session;
    const { displayname: name } = await client.getProfileInfo(userId);
    if (name !== undefined) this.#self.set({ userId, name });
  }

  /** Undefined while the server has not yet told of the room, or for good if it never does. */
  openRoom(roomId: string): RoomModels | undefined {
    const room = this.session.client.getRoom(roomId);
    if (room === null) return undefined;
    const timeline = new TimelineModel(this.session, room);
    const members = new MembersModel(this.session, room);
    const sending = new Sending(this.session, room);
    const dispose = (): void => {
      timeline.dispose();
      members.dispose();
    };
    return { timeline, members, sending, dispose };
  }

  dispose(): void {
    this.roomList.dispose();
    this.verifications.dispose();
    this.media.dispose();
    this.session.dispose();
  }
}
