import type { LoopResult } from './load/closed-loop.ts';

/** Everything a run printed, for `--json`. */
export interface Report {
  readonly machine: { readonly cores: number; readonly node: string };
  readonly results: Record<string, unknown>;
}

const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

export function printLoop(name: string, result: LoopResult, beside: string): void {
  const { p50Ms, p99Ms } = result.latency;
  console.log(
    `${name.padEnd(34)} ${rounded(result.perSecond).padStart(8)}/s   p50 ${rounded(p50Ms)} ms   p99 ${rounded(p99Ms)} ms   ${beside}`,
  );
}

export function printLimit(name: string, value: number, unit: string): void {
  console.log(`${name.padEnd(34)} ${rounded(value).padStart(8)}${unit}`);
}

export const ratio = (value: number, limit: number): string => `${(value / limit).toFixed(2)} of the limit`;
