import { describe, expect, it } from 'vitest';
import { getRoomVersion } from '../testing/get-room-version.ts';
import type { EventId } from '../identifiers.ts';
import type { Pdu } from '../events/pdu.ts';
import { anna, bernd, toPdu, type EventDraft } from '../testing/test-room.ts';
import { authChainOf, authDifference } from './auth-difference.ts';
import { conflictedSubgraph } from './conflicted-subgraph.ts';
import type { KnownEvents } from './known-events.ts';
import { mainlineOrder } from './mainline-order.ts';
import { nearestAncestors } from './nearest-ancestors.ts';
import { isPowerEvent } from './power-events.ts';
import { powerOrder } from './power-order.ts';
import { separate } from './separate.ts';
import { fromStateKey, toStateKey } from './state-key.ts';

/** Events of one kind, given by the auth events of each. */
function graph(
  edges: Readonly<Record<string, readonly string[]>>,
  drafts: Readonly<Record<string, Partial<EventDraft>>> = {},
): KnownEvents {
  const events = new Map<string, Pdu>();
  for (const [eventId, authEvents] of Object.entries(edges)) {
    const draft = { type: 'm.room.topic', sender: anna, stateKey: '', ...drafts[eventId] };
    events.set(eventId, toPdu({ ...draft, eventId, roomId: '!room:a.example', authEvents }));
  }
  const get = (eventId: string): Pdu => {
    const event = events.get(eventId);
    if (event === undefined) throw new Error(`no event ${eventId}`);
    return event;
  };
  return { get, isRejected: () => false };
}

// Test data: names of events.
const ids = (...names: readonly string[]): ReadonlySet<EventId> => new Set(names as readonly EventId[]);
const one = (name: string): EventId => name as EventId;

describe('state keys', () => {
  it.each([
    ['m.room.member', '@anna:a.example'],
    ['', ''],
    ['3:abc', ':'],
    ['m.room\u0000topic', '\u0000'],
    ['\u{1F600}', '1:x'],
  ])('give back the type %j and the state key %j', (type, stateKey) => {
    expect(fromStateKey(toStateKey(type, stateKey))).toEqual([type, stateKey]);
  });

  it('differ when only the border between type and state key does', () => {
    expect(toStateKey('a\u0000b', 'c')).not.toBe(toStateKey('a', 'b\u0000c'));
  });
});

describe('separating state sets', () => {
  const [x, y] = [toStateKey('x', ''), toStateKey('y', '')];
  const sets = [
    new Map([[x, one('$1')]]),
    new Map([
      [x, one('$1')],
      [y, one('$2')],
    ]),
  ];

  it('counts an absent key as a conflict from version 2 of the algorithm on', () => {
    expect(separate(sets, true)).toEqual({ unconflicted: new Map([[x, '$1']]), conflicted: new Map([[y, ids('$2')]]) });
    expect(separate(sets, false).conflicted.size).toBe(0);
  });
});

describe('the auth chain', () => {
  it('of a hundred thousand events is walked without recursion', () => {
    const length = 100_000;
    const edges = Object.fromEntries(
      Array.from({ length }, (_, index) => [`$${index}`, index === 0 ? [] : [`$${index - 1}`]]),
    );
    const events = graph(edges);
    expect(authChainOf([one(`$${length - 1}`)], events).size).toBe(length - 1);
    expect(nearestAncestors(ids('$0', `$${length - 1}`), events).get(one(`$${length - 1}`))).toEqual(ids('$0'));
  });

  it('is what differs between state sets in the auth difference', () => {
    const events = graph({ $c: [], $a: ['$c'], $b: ['$c'], $x: ['$a'], $y: ['$b', '$a'] });
    const difference = authDifference([new Map([['k', one('$x')]]), new Map([['k', one('$y')]])], events);
    expect(difference).toEqual(ids('$b'));
  });
});

describe('the conflicted state subgraph', () => {
  it('holds all events on paths between conflicted events, and no others', () => {
    const events = graph({
      $c: [],
      $old: ['$c'],
      $between: ['$old', '$c'],
      $beside: ['$old'],
      $new: ['$between', '$c'],
      $later: ['$new'],
    });
    expect(conflictedSubgraph(ids('$old', '$new'), events)).toEqual(ids('$old', '$between', '$new'));
  });
});

describe('the power ordering', () => {
  it('sees an order that runs through events outside the set', () => {
    const events = graph(
      { $c: [], $first: ['$c'], $outside: ['$first'], $second: ['$outside'] },
      { $second: { originServerTs: 1 }, $first: { originServerTs: 9 } },
    );
    expect(powerOrder(ids('$second', '$first'), getRoomVersion('11'), events)).toEqual(['$first', '$second']);
  });

  it('prefers the sender with more power, then the earlier, then the smaller id', () => {
    const create = { type: 'm.room.create', stateKey: '' };
    const levels = { type: 'm.room.power_levels', content: { users: { [anna]: 100, [bernd]: 50 } } };
    const edges = { $c: [], $pl: ['$c'], $1: ['$c', '$pl'], $2: ['$c', '$pl'], $3: ['$c', '$pl'], $4: ['$c', '$pl'] };
    const events = graph(edges, {
      $c: create,
      $pl: levels,
      $1: { sender: bernd, originServerTs: 1 },
      $2: { originServerTs: 7 },
      $3: { originServerTs: 5 },
      $4: { originServerTs: 5 },
    });
    expect(powerOrder(ids('$1', '$2', '$4', '$3'), getRoomVersion('11'), events)).toEqual(['$3', '$4', '$2', '$1']);
  });

  it('ranks a creator of version 12 above every level', () => {
    const create = { type: 'm.room.create', stateKey: '' };
    const levels = { type: 'm.room.power_levels', content: { users: { [bernd]: Number.MAX_SAFE_INTEGER } } };
    const edges = { $room: [], $pl: [], $1: ['$pl'], $2: ['$pl'] };
    const events = graph(edges, {
      $room: create,
      $pl: levels,
      $1: { sender: bernd, originServerTs: 1 },
      $2: { originServerTs: 7 },
    });
    const inRoom: KnownEvents = { ...events, get: (id) => events.get(id === '$room:a.example' ? one('$room') : id) };
    expect(powerOrder(ids('$1', '$2'), getRoomVersion('12'), inRoom)).toEqual(['$2', '$1']);
  });
});

describe('the mainline ordering', () => {
  const pl = { type: 'm.room.power_levels' };
  const edges = {
    $p0: [],
    $p1: ['$p0'],
    $p2: ['$p1'],
    $side: ['$p0'],
    $a: ['$p2'],
    $b: ['$p1'],
    $c: ['$side'],
    $d: [],
    $e: ['$p1'],
  };
  const events = graph(edges, {
    $p0: pl,
    $p1: pl,
    $p2: pl,
    $side: pl,
    $a: { originServerTs: 1 },
    $b: { originServerTs: 5 },
    $e: { originServerTs: 5 },
  });

  it('puts events by how late their auth chain enters the mainline, those outside first', () => {
    expect(mainlineOrder(ids('$a', '$e', '$b', '$c', '$d'), one('$p2'), events)).toEqual([
      '$d',
      '$c',
      '$b',
      '$e',
      '$a',
    ]);
  });

  it('falls back to time and id without power levels', () => {
    expect(mainlineOrder(ids('$b', '$a', '$e'), undefined, events)).toEqual(['$a', '$b', '$e']);
  });
});

describe('power events', () => {
  const event = (draft: Partial<EventDraft>): Pdu =>
    toPdu({ type: 'm.room.member', sender: anna, eventId: '$e', roomId: '!r', ...draft });

  it.each([
    ['power levels', event({ type: 'm.room.power_levels', stateKey: '' }), true],
    ['join rules', event({ type: 'm.room.join_rules', stateKey: '' }), true],
    ['a kick', event({ stateKey: bernd, content: { membership: 'leave' } }), true],
    ['a ban', event({ stateKey: bernd, content: { membership: 'ban' } }), true],
    ['leaving', event({ stateKey: anna, content: { membership: 'leave' } }), false],
    ['an invitation', event({ stateKey: bernd, content: { membership: 'invite' } }), false],
    ['a topic', event({ type: 'm.room.topic', stateKey: '' }), false],
    ['a message that is called power levels', event({ type: 'm.room.power_levels' }), false],
  ])('%s', (_, pdu, expected) => {
    expect(isPowerEvent(pdu)).toBe(expected);
  });
});
