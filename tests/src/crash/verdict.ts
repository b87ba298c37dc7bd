import type { Ledger } from './ledger.ts';
import type { Follower, SeenEvent } from './room-reader.ts';

export interface Verdict {
  readonly kills: number;
  readonly acknowledged: number;
  /** Acknowledged, and not in the room's history. */
  readonly lost: number;
  /** Messages that are in the history twice, or were acknowledged under two event ids. */
  readonly doubled: number;
  /** Acknowledged, and never shown to somebody who follows the room by sync. */
  readonly invisible: number;
  /** Some of what is wrong: the message's place in the order of acknowledgements, its marker and its event id. */
  readonly examples: readonly string[];
}

const MAX_EXAMPLES = 20;

function countDoubled(history: readonly SeenEvent[]): number {
  const markers = new Set<string>();
  let doubled = 0;
  for (const { type, content } of history) {
    if (type !== 'm.room.message' || content.body === undefined) continue;
    if (markers.has(content.body)) doubled += 1;
    markers.add(content.body);
  }
  return doubled;
}

/** Compares what was acknowledged with what is there. */
export function judge(kills: number, ledger: Ledger, history: readonly SeenEvent[], follower: Follower): Verdict {
  const stored = new Set(history.map(({ event_id: eventId }) => eventId));
  const lost: string[] = [];
  const invisible: string[] = [];
  let place = 0;
  for (const [marker, eventId] of ledger.entries()) {
    place += 1;
    const example = `acknowledgement ${place}, ${marker}, ${eventId}`;
    if (!stored.has(eventId)) lost.push(`lost: ${example}`);
    else if (!follower.hasSeen(eventId)) invisible.push(`invisible: ${example}`);
  }
  return {
    kills,
    acknowledged: ledger.acknowledgedCount,
    lost: lost.length,
    doubled: countDoubled(history) + ledger.contradictionCount,
    invisible: invisible.length,
    examples: [...lost, ...invisible].slice(0, MAX_EXAMPLES),
  };
}

export const isFlawless = ({ lost, doubled, invisible }: Verdict): boolean => lost + doubled + invisible === 0;

export const describeVerdict = ({ kills, acknowledged, lost, doubled, invisible }: Verdict): string =>
  `kills ${kills}, acknowledged ${acknowledged}, lost ${lost}, doubled ${doubled}, invisible ${invisible}`;
