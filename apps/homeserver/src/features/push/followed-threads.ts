/** The threads that somebody follows, by root, each with the position in the events stream since when. */
export type FollowedThreads = ReadonlyMap<string, number>;

/** Whether an event in a thread came after its reader began to follow the thread. `root` is undefined for one in none. */
export const follows = (followed: FollowedThreads, root: string | undefined, pos: number): boolean =>
  root !== undefined && (followed.get(root) ?? Infinity) < pos;
