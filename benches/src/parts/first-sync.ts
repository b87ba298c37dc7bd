import { MESSAGES, syncFirst, withManyRooms } from '../cases/first-sync.ts';
import { measureTimelineReads } from '../limits/stored-events.ts';
import type { LoopResult } from '../load/closed-loop.ts';
import { printLimit, printLoop } from '../report.ts';
import type { Part } from './part.ts';

const times = ({ latency }: LoopResult, limitMs: number): string =>
  `${(latency.p50Ms / limitMs).toFixed(1)} x the read`;
const size = (bytes: number): string => `${Math.round(bytes / 1024).toLocaleString('en')} KiB`;

/** W7: an account in many rooms. */
export const firstSync: Part = async ({ withServer, measureMs, rooms, members }) =>
  withServer({}, async ({ url, postgres }) =>
    withManyRooms(url, { rooms, members }, async (scene) => {
      const all = await measureTimelineReads(postgres, scene.roomIds, MESSAGES);
      const newest = await measureTimelineReads(postgres, scene.roomIds, 1);
      const top = await measureTimelineReads(postgres, scene.roomIds.slice(-20), 1);
      const result = await syncFirst(scene, { measureMs });
      console.log(`\nW7 an account in ${rooms} rooms of ${members} members`);
      printLimit(`read ${MESSAGES} events of each room`, all.p50Ms, ' ms');
      printLimit('read the newest event of each room', newest.p50Ms, ' ms');
      printLoop('first /sync', result.initial, `${size(result.initial.bytes)}, ${times(result.initial, all.p50Ms)}`);
      printLoop('first /sync, lazy', result.lazy, `${size(result.lazy.bytes)}, ${times(result.lazy, newest.p50Ms)}`);
      printLoop('/sync after one message', result.incremental, '');
      printLoop(
        'sliding sync of 20 rooms',
        result.slidingTop,
        `${size(result.slidingTop.bytes)}, ${times(result.slidingTop, top.p50Ms)}`,
      );
      printLoop(
        'sliding sync of all rooms',
        result.slidingAll,
        `${size(result.slidingAll.bytes)}, ${times(result.slidingAll, newest.p50Ms)}`,
      );
      return { result, limits: { all, newest, top } };
    }),
  );
