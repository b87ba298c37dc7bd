import { describe, expect, it } from 'vitest';
import { roomVersions } from '../room-versions/table.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { nodeCrypto } from '../testing/node-crypto.ts';
import { listHistories, readHistory } from '../testing/read-history.ts';
import { resolveState } from './resolve.ts';

const histories = listHistories();

describe('the histories of rooms', () => {
  it('are all there', () => expect(histories.length).toBeGreaterThanOrEqual(10));

  for (const version of roomVersions.values()) {
    for (const name of histories) {
      const { events, stateSets, resolved } = readHistory(name, version);
      if (resolved === undefined) continue;
      it(`${name} resolves as expected in room version ${version.id}`, () => {
        const result = resolveState(version, stateSets, events, nodeCrypto);
        expect([...result.values()].map((id) => id.slice(1)).toSorted()).toEqual(resolved.toSorted());
      });
    }
  }

  it('of the unstable forerunner of v2.1, version 11 with the new algorithm, are not reset either', () => {
    const version = { ...getRoomVersion('11'), stateResolution: 'v2.1' } as const;
    for (const name of ['problem-a', 'problem-b']) {
      const { events, stateSets, resolved } = readHistory(name, version);
      const result = resolveState(version, stateSets, events, nodeCrypto);
      expect([...result.values()].map((id) => id.slice(1)).toSorted()).toEqual(resolved?.toSorted());
    }
  });
});
