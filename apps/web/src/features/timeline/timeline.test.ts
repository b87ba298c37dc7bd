import { expect, test } from 'vitest';
import type { Person } from '../../model/person.ts';
import type { TimelineItem } from '../../model/timeline-item.ts';
import { MutableValue } from '../../observable/observable.ts';
import { ownMessage, sampleMessage } from './timeline-samples.ts';
import { TimelineViewModel, type TimelineSource } from './timeline-view-model.ts';

class FakeSource implements TimelineSource {
  readonly initiallyReadUpTo = undefined;
  readonly items = new MutableValue<readonly TimelineItem[]>([sampleMessage('a', 0)]);
  readonly typing = new MutableValue<readonly Person[]>([]);
  readonly hasOlder = new MutableValue(true);
  readonly calls: string[] = [];
  isBroken = false;
  async #record(call: string): Promise<void> {
    if (this.isBroken) throw new Error('offline');
    this.calls.push(call);
  }
  async loadOlder(): Promise<void> {
    await this.#record('loadOlder');
    this.items.update((items) => [sampleMessage('older', -10), ...items]);
    this.hasOlder.set(false);
  }
  markRead = async (): Promise<void> => this.#record('markRead');
  react = async (eventId: string, key: string): Promise<void> => this.#record(`react ${eventId} ${key}`);
  delete = async (eventId: string): Promise<void> => this.#record(`delete ${eventId}`);
  retry = async (key: string): Promise<void> => this.#record(`retry ${key}`);
  discard = (key: string): void => void this.calls.push(`discard ${key}`);
}

function setUp(): { source: FakeSource; timeline: TimelineViewModel } {
  const source = new FakeSource();
  const timeline = new TimelineViewModel(source);
  source.calls.length = 0;
  return { source, timeline };
}

test('what arrives while the person is at the end is read and announced', () => {
  const { source, timeline } = setUp();
  const message = sampleMessage('b', 1);
  source.items.update((items) => [...items, message]);
  expect(source.calls).toEqual(['markRead']);
  expect(timeline.snapshot.get()).toMatchObject({ newBelow: 0, announcement: { kind: 'message', message } });
});

test('what arrives while the person reads further up is counted, and read on return', () => {
  const { source, timeline } = setUp();
  timeline.setPlace(false);
  source.items.update((items) => [...items, sampleMessage('b', 1), sampleMessage('c', 1), ownMessage('d', 1)]);
  expect(timeline.snapshot.get()).toMatchObject({ newBelow: 2, announcement: undefined });
  expect(source.calls).toEqual([]);
  timeline.setPlace(true);
  expect(timeline.snapshot.get().newBelow).toBe(0);
  expect(source.calls).toEqual(['markRead']);
});

test('a page in the background reads nothing', () => {
  const { source, timeline } = setUp();
  timeline.setVisible(false);
  source.items.update((items) => [...items, sampleMessage('b', 1)]);
  expect(source.calls).toEqual([]);
  timeline.setVisible(true);
  expect(source.calls).toEqual(['markRead']);
});

test('several at once are announced by number', () => {
  const { source, timeline } = setUp();
  source.items.update((items) => [...items, sampleMessage('b', 1), sampleMessage('c', 1)]);
  expect(timeline.snapshot.get().announcement).toEqual({ kind: 'several', count: 2 });
});

test('older messages come above without counting as new', async () => {
  const { source, timeline } = setUp();
  timeline.setPlace(false);
  await timeline.loadOlder();
  expect(timeline.snapshot.get()).toMatchObject({ prepends: 1, newBelow: 0, hasOlder: false, isLoadingOlder: false });
  await timeline.loadOlder();
  expect(source.calls).toEqual(['loadOlder']);
});

test('failing to load older messages shows, and can be tried again', async () => {
  const { source, timeline } = setUp();
  source.isBroken = true;
  await timeline.loadOlder();
  expect(timeline.snapshot.get()).toMatchObject({ hasLoadingFailed: true, isLoadingOlder: false });
  source.isBroken = false;
  await timeline.loadOlder();
  expect(timeline.snapshot.get().hasLoadingFailed).toBe(false);
});

test('the same reaction again takes the own one back', async () => {
  const { source, timeline } = setUp();
  const message = sampleMessage('a', 0);
  await timeline.toggleReaction(message, '👍');
  await timeline.toggleReaction({ ...message, reactions: [{ key: '👍', senders: [], ownEventId: '$own' }] }, '👍');
  await timeline.toggleReaction({ ...message, reactions: [{ key: '👍', senders: [], ownEventId: undefined }] }, '👍');
  expect(source.calls).toEqual(['react $a 👍', 'delete $own', 'react $a 👍']);
});

test('an action that fails shows until it is dismissed', async () => {
  const { source, timeline } = setUp();
  source.isBroken = true;
  await timeline.delete(ownMessage('a', 0));
  expect(timeline.snapshot.get().hasActionFailed).toBe(true);
  timeline.dismissFailure();
  expect(timeline.snapshot.get().hasActionFailed).toBe(false);
});
