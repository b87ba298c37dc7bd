import { KnownMembership, RoomStateEvent, type Room, type RoomMember as SdkMember } from 'matrix-js-sdk';
import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { RoomMember } from '../model/room-member.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../observable/observable.ts';
import { personIn } from './person-of.ts';
import { Scheduled } from './scheduled.ts';
import type { MatrixSession } from './session.ts';
import { inBackground } from '../observable/in-background.ts';

/** The conventional levels. https://spec.matrix.org/v1.19/client-server-api/#permissions */
const ADMIN_LEVEL = 100;
const MODERATOR_LEVEL = 50;

/** Who is in a room, who is invited, and who of them has been confirmed. */
export class MembersModel implements Disposable {
  readonly #session: MatrixSession;
  readonly #room: Room;
  readonly #members = new MutableValue<readonly RoomMember[]>([]);
  readonly #trust = new Map<string, RoomMember['trust']>();
  readonly #cleanups = new Cleanups();

  constructor(session: MatrixSession, room: Room) {
    this.#session = session;
    this.#room = room;
    const { client } = session;
    const scheduled = new Scheduled(() => this.#rebuild(), 50);
    const onTrust = (): void => void this.#readTrust();
    client.on(RoomStateEvent.Members, scheduled.request);
    client.on(RoomStateEvent.Events, scheduled.request);
    client.on(CryptoEvent.UserTrustStatusChanged, onTrust);
    client.on(CryptoEvent.DevicesUpdated, onTrust);
    this.#cleanups.add(() => {
      scheduled.cancel();
      client.off(RoomStateEvent.Members, scheduled.request);
      client.off(RoomStateEvent.Events, scheduled.request);
      client.off(CryptoEvent.UserTrustStatusChanged, onTrust);
      client.off(CryptoEvent.DevicesUpdated, onTrust);
    });
    this.#rebuild();
    inBackground(this.#load());
  }

  get members(): Observable<readonly RoomMember[]> {
    return this.#members;
  }

  get canInvite(): boolean {
    return this.#room.canInvite(this.#session.userId);
  }

  /** Until all are there, those known from the timeline are shown. */
  async #load(): Promise<void> {
    await this.#room.loadMembersIfNeeded().catch(() => false);
    this.#rebuild();
    await this.#readTrust();
  }

  async #readTrust(): Promise<void> {
    const crypto = this.#session.client.getCrypto();
    if (crypto === undefined) return;
    for (const { userId } of this.#members.get()) {
      const status = await crypto.getUserVerificationStatus(userId);
      const isChanged = status.needsUserApproval || (status.wasCrossSigningVerified() && !status.isVerified());
      this.#trust.set(
        userId,
        status.isVerified() ? 'verified' : isChanged ? 'changed' : status.known ? 'unverified' : 'unknown',
      );
    }
    this.#rebuild();
  }

  #rebuild(): void {
    const joined = this.#room
      .getMembersWithMembership(KnownMembership.Join)
      .map((member) => this.#read(member, 'joined'));
    const invited = this.#room
      .getMembersWithMembership(KnownMembership.Invite)
      .map((member) => this.#read(member, 'invited'));
    const members = [...joined, ...invited];
    if (JSON.stringify(members) !== JSON.stringify(this.#members.get())) this.#members.set(members);
  }

  #read(member: SdkMember, membership: RoomMember['membership']): RoomMember {
    const { userId } = member;
    return {
      ...personIn(this.#room, userId, this.#session.words()),
      membership,
      role: this.#roleOf(member),
      isSelf: userId === this.#session.userId,
      trust: this.#trust.get(userId) ?? 'unknown',
    };
  }

  #roleOf({ userId, powerLevel }: SdkMember): RoomMember['role'] {
    if (this.#room.getCreator() === userId && powerLevel > ADMIN_LEVEL) return 'creator';
    if (powerLevel >= ADMIN_LEVEL) return 'admin';
    return powerLevel >= MODERATOR_LEVEL ? 'moderator' : 'member';
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}
