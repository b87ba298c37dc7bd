import { performance } from 'node:perf_hooks';
import { type LatencySummary, summarise } from './latency.ts';

export interface LoopResult {
  readonly perSecond: number;
  readonly latency: LatencySummary;
}

export interface LoopOptions {
  /** Callers that each wait for their answer before they ask again. */
  readonly callers: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Runs `operation` in a closed loop and measures what ends within the measured window. */
export async function closedLoop(
  options: LoopOptions,
  operation: (caller: number, round: number) => Promise<void>,
): Promise<LoopResult> {
  const startMs = performance.now();
  const fromMs = startMs + options.warmUpMs;
  const untilMs = fromMs + options.measureMs;
  const latenciesMs: number[] = [];
  const run = async (caller: number): Promise<void> => {
    for (let round = 0; ; round += 1) {
      const beganMs = performance.now();
      if (beganMs >= untilMs) return;
      await operation(caller, round);
      const endedMs = performance.now();
      if (endedMs >= fromMs && endedMs < untilMs) latenciesMs.push(endedMs - beganMs);
    }
  };
  await Promise.all(Array.from({ length: options.callers }, (_, caller) => run(caller)));
  return { perSecond: (latenciesMs.length / options.measureMs) * 1000, latency: summarise(latenciesMs) };
}
