import type { Outcome } from '../../model/failure.ts';
import type { RoomMember } from '../../model/room-member.ts';
import { Cleanups, MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';

export interface MembersDependencies {
  readonly members: Observable<readonly RoomMember[]>;
  verify(userId: string): Promise<void>;
  leave(): Promise<Outcome<void>>;
  onLeft(): void;
}

export interface MembersSnapshot {
  readonly joined: readonly RoomMember[];
  readonly invited: readonly RoomMember[];
  readonly isLeaving: boolean;
  readonly hasFailed: boolean;
}

const ROLE_ORDER: Readonly<Record<RoomMember['role'], number>> = { creator: 0, admin: 1, moderator: 2, member: 3 };

function order(a: RoomMember, b: RoomMember): number {
  return ROLE_ORDER[a.role] - ROLE_ORDER[b.role] || a.name.localeCompare(b.name);
}

/** Who is in the room, those who run it first. */
export class MembersViewModel implements Disposable {
  readonly #dependencies: MembersDependencies;
  readonly #snapshot: MutableValue<MembersSnapshot>;
  readonly #cleanups = new Cleanups();

  constructor(dependencies: MembersDependencies) {
    this.#dependencies = dependencies;
    this.#snapshot = new MutableValue<MembersSnapshot>({ ...this.#split(), isLeaving: false, hasFailed: false });
    this.#cleanups.add(dependencies.members.subscribe(() => this.#set(this.#split())));
  }

  get snapshot(): Observable<MembersSnapshot> {
    return this.#snapshot;
  }

  readonly verify = async (member: RoomMember): Promise<void> => {
    try {
      await this.#dependencies.verify(member.userId);
    } catch {
      this.#set({ hasFailed: true });
    }
  };

  readonly leave = async (): Promise<void> => {
    if (this.#snapshot.get().isLeaving) return;
    this.#set({ isLeaving: true, hasFailed: false });
    const outcome = await this.#dependencies.leave();
    this.#set({ isLeaving: false, hasFailed: !outcome.ok });
    if (outcome.ok) this.#dependencies.onLeft();
  };

  #split(): Pick<MembersSnapshot, 'joined' | 'invited'> {
    const members = this.#dependencies.members.get().toSorted(order);
    return {
      joined: members.filter(({ membership }) => membership === 'joined'),
      invited: members.filter(({ membership }) => membership === 'invited'),
    };
  }

  #set(change: Partial<MembersSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#cleanups.dispose();
  }
}
