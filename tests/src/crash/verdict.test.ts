import { TestClient } from '@stafette/testkit';
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import { Follower, type SeenEvent } from './room-reader.ts';
import { describeVerdict, isFlawless, judge } from './verdict.ts';

const roomId = '!room';

const message = (marker: string, eventId: string): SeenEvent => ({
  event_id: eventId,
  type: 'm.room.message',
  content: { body: marker },
});

/** Somebody who saw these events come by. */
function followerOf(eventIds: readonly string[]): Follower {
  const follower = new Follower(new TestClient('http://nowhere.invalid'));
  follower.see(roomId, eventIds);
  return follower;
}

function ledgerOf(acknowledged: readonly (readonly [marker: string, eventId: string])[]): Ledger {
  const ledger = new Ledger();
  for (const [marker, eventId] of acknowledged) ledger.acknowledge(marker, eventId);
  return ledger;
}

test('what was acknowledged, stored once and seen is flawless', () => {
  const verdict = judge(1, ledgerOf([['a', '$1']]), [message('a', '$1')], followerOf(['$1']));
  expect(isFlawless(verdict)).toBe(true);
  expect(describeVerdict(verdict)).toBe('kills 1, acknowledged 1, lost 0, doubled 0, invisible 0');
});

test('an acknowledged message that is not in the room is lost', () => {
  const verdict = judge(
    1,
    ledgerOf([
      ['a', '$1'],
      ['b', '$2'],
    ]),
    [message('a', '$1')],
    followerOf(['$1']),
  );
  expect(verdict).toMatchObject({ acknowledged: 2, lost: 1, doubled: 0, invisible: 0 });
  expect(isFlawless(verdict)).toBe(false);
});

test('a message that is in the room twice is doubled, acknowledged or not', () => {
  const history = [message('a', '$1'), message('a', '$2')];
  expect(judge(1, ledgerOf([['a', '$2']]), history, followerOf(['$1', '$2']))).toMatchObject({ lost: 0, doubled: 1 });
  expect(judge(1, ledgerOf([]), history, followerOf([]))).toMatchObject({ doubled: 1 });
});

test('one transaction id under two event ids is doubled', () => {
  const verdict = judge(
    1,
    ledgerOf([
      ['a', '$1'],
      ['a', '$2'],
    ]),
    [message('a', '$2')],
    followerOf(['$2']),
  );
  expect(verdict).toMatchObject({ acknowledged: 1, doubled: 1 });
});

test('an acknowledged message that a follower never saw is invisible', () => {
  const verdict = judge(1, ledgerOf([['a', '$1']]), [message('a', '$1')], followerOf([]));
  expect(verdict).toMatchObject({ lost: 0, invisible: 1 });
});
