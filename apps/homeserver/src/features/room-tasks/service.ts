import { MatrixError, notFound } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import { enqueueJob, type JobKind, type JobWorker } from '../../database/jobs.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Audit } from '../audit/index.ts';
import type { Retention } from '../retention/index.ts';
import type { RoomKey } from '../room-events/index.ts';
import { emptyRoom, isRefusal, type RoomEmptying } from './empty-room.ts';
import * as store from './store.ts';

interface Dependencies extends RoomEmptying {
  readonly clock: Clock;
  readonly random: Random;
  readonly jobs: Pick<JobWorker, 'register' | 'poke'>;
  readonly audit: Audit;
  readonly retention: Retention;
}

/** A task with what became of the members of its room. */
export type ReportedTask = store.RoomTask & { readonly removed: readonly UserId[]; readonly left: readonly UserId[] };

/** Bytes of random in a task's name. */
const ID_BYTES = 18;
const KIND = 'room-task';
/** A run that takes longer begins anew, where it was. */
const LEASE_MS = 10 * 60 * 1000;
/** Never set aside: what was asked for happens, however often it failed. */
const MAX_ATTEMPTS = 2 ** 31 - 1;
/** How long administrators can ask what came of a task. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_LISTED = 1_000;

/** What takes long and is done to a room once: durable from the answer on, repeated until it is done. */
export class RoomTasks {
  readonly #d: Dependencies;
  /** Who waits for the end of a task. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    dependencies.jobs.register(this.#job());
  }

  /** The task's name. Throws M_BAD_STATE when the room is being deleted already. */
  async request(actor: UserId, { id: roomId, nid: roomNid }: RoomKey, work: store.RoomWork): Promise<string> {
    const { database, clock, random, audit, jobs } = this.#d;
    const taskId = random.token(ID_BYTES);
    const action = work.action === 'delete_room' ? 'room.delete' : 'room.purge-history';
    await database.write(async (tx) => {
      if (!(await store.insert(tx, { taskId, roomId, roomNid, requestedBy: actor, ...work }, clock.nowMs())))
        throw new MatrixError(400, 'M_BAD_STATE', 'This room is being deleted already');
      await audit.note(tx, { actor, action, target: roomId });
      await enqueueJob(tx, { kind: KIND, key: taskId, payload: { taskId } });
      tx.afterCommit(() => jobs.poke());
    });
    return taskId;
  }

  /** Throws M_NOT_FOUND. */
  async get(taskId: string, action: store.RoomWork['action']): Promise<ReportedTask> {
    const task = await store.find(this.#d.database.reader, taskId);
    const [reported] = task?.action === action ? await this.#report([task]) : [];
    if (reported === undefined) throw notFound('There is no such task');
    return reported;
  }

  /** The newest first. */
  async list(query: Omit<store.TaskQuery, 'limit'>): Promise<readonly ReportedTask[]> {
    return this.#report(await store.list(this.#d.database.reader, { ...query, limit: MAX_LISTED }));
  }

  /** Resolves when the task has ended, or `signal` aborts. */
  async whenEnded(taskId: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(taskId) ?? new Set();
    this.#waiting.set(taskId, waiting.add(resolve));
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    try {
      const task = await store.find(this.#d.database.reader, taskId);
      if (task?.status === 'scheduled' || task?.status === 'active') await promise;
    } finally {
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(taskId);
    }
  }

  /** Forgets what ended long ago. */
  async prune(): Promise<void> {
    const { database, clock } = this.#d;
    await database.write((tx) => store.prune(tx, clock.nowMs() - KEPT_MS));
  }

  #job(): JobKind {
    return {
      kind: KIND,
      leaseMs: LEASE_MS,
      maxAttempts: MAX_ATTEMPTS,
      run: async (payload, { signal }) => {
        // As it was written above.
        const { taskId } = payload as { readonly taskId: string };
        const task = await store.find(this.#d.database.reader, taskId);
        if (task === undefined || task.status === 'complete' || task.status === 'failed') return;
        await this.#set(taskId, { status: 'active' });
        try {
          await this.#run(task, signal);
          await this.#set(taskId, { status: 'complete' });
        } catch (error) {
          if (!isRefusal(error)) throw error;
          await this.#set(taskId, { status: 'failed', error: error.message });
        }
        for (const resolve of this.#waiting.get(taskId) ?? []) resolve();
      },
    };
  }

  async #run(task: store.RoomTask, signal: AbortSignal): Promise<void> {
    const { retention, serverName } = this.#d;
    const room = { nid: task.roomNid, id: task.roomId };
    if (task.action === 'delete_room') {
      await emptyRoom(this.#d, task, signal);
      if (task.options.purges) await retention.purgeRoom(room, signal);
      return;
    }
    const { includesLocal, ...range } = task.options;
    await retention.purgeHistory(room, { ...range, keepsSendersOf: includesLocal ? undefined : serverName }, signal);
  }

  async #set(taskId: string, progress: Parameters<typeof store.setStatus>[2]): Promise<void> {
    const { database, clock } = this.#d;
    await database.write((tx) => store.setStatus(tx, taskId, progress, clock.nowMs()));
  }

  async #report(tasks: readonly store.RoomTask[]): Promise<readonly ReportedTask[]> {
    const ids = tasks.filter(({ action }) => action === 'delete_room').map(({ taskId }) => taskId);
    const members = ids.length === 0 ? [] : await store.listMembers(this.#d.database.reader, ids);
    const byTask = Map.groupBy(members, ({ taskId }) => taskId);
    const usersOf = (taskId: string, wanted: boolean): UserId[] =>
      (byTask.get(taskId) ?? []).filter(({ isRemoved }) => isRemoved === wanted).map(({ userId }) => userId);
    return tasks.map((task) => ({
      ...task,
      removed: usersOf(task.taskId, true),
      left: usersOf(task.taskId, false),
    }));
  }
}
