import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { bernd, ownMessage, sampleMessage } from '../timeline/timeline-samples.ts';
import { ComposerViewModel, type DraftStore, type OutgoingMessage } from './composer-view-model.ts';

function setUp(): {
  composer: ComposerViewModel;
  sent: OutgoingMessage[];
  typing: boolean[];
  drafts: Map<string, string>;
  clock: { now: number };
  files: { outcome: Outcome<void>; finish: () => void };
} {
  const sent: OutgoingMessage[] = [];
  const typing: boolean[] = [];
  const drafts = new Map([['!room', 'half a sen']]);
  const clock = { now: 0 };
  const files = { outcome: success(undefined) as Outcome<void>, finish: () => undefined };
  const store: DraftStore = {
    load: (roomId) => drafts.get(roomId) ?? '',
    save: (roomId, text) => void drafts.set(roomId, text),
  };
  const composer = new ComposerViewModel({
    roomId: '!room',
    toHtml: async (text) => (text.includes('*') ? `<em>${text}</em>` : undefined),
    sendText: async (message) => {
      sent.push(message);
      return success(undefined);
    },
    sendFile: async ({ onProgress }) => {
      onProgress(0.5);
      return files.outcome;
    },
    setTyping: async (isTyping) => void typing.push(isTyping),
    drafts: store,
    listPeople: () => [bernd, { userId: '@c:x', name: 'Clara Vogt' }, { userId: '@z:x', name: 'Zoé Müller' }],
    now: () => clock.now,
  });
  return { composer, sent, typing, drafts, clock, files };
}

test('a draft is there again, and gone once it is sent', async () => {
  const { composer, sent, drafts } = setUp();
  expect(composer.snapshot.get().text).toBe('half a sen');
  composer.change('a whole sentence ');
  expect(drafts.get('!room')).toBe('a whole sentence ');
  await composer.send();
  expect(sent).toEqual([
    { text: 'a whole sentence', html: undefined, replyTo: undefined, editOf: undefined, mentionedIds: [] },
  ]);
  expect(composer.snapshot.get().text).toBe('');
  expect(drafts.get('!room')).toBe('');
});

test('blank text is not sent', async () => {
  const { composer, sent } = setUp();
  composer.change('  \n ');
  await composer.send();
  expect(sent).toEqual([]);
});

test('Markdown goes along as HTML', async () => {
  const { composer, sent } = setUp();
  composer.change('*so*');
  await composer.send();
  expect(sent[0]).toMatchObject({ text: '*so*', html: '<em>*so*</em>' });
});

test('a second press sends nothing, and what is typed next stays', async () => {
  const { composer, sent } = setUp();
  composer.change('*so*');
  const presses = [composer.send(), composer.send()];
  composer.change('and');
  await Promise.all(presses);
  expect(sent.map(({ text }) => text)).toEqual(['*so*']);
  expect(composer.snapshot.get().text).toBe('and');
});

test('a reply names what it answers, once', async () => {
  const { composer, sent } = setUp();
  composer.reply(sampleMessage('a', 0));
  composer.change('yes');
  await composer.send();
  composer.change('and more');
  await composer.send();
  expect(sent.map(({ replyTo }) => replyTo)).toEqual([{ eventId: '$a', senderId: bernd.userId }, undefined]);
});

test('an edit starts from the old text and gives the draft back', async () => {
  const { composer, sent, drafts } = setUp();
  composer.edit(ownMessage('a', 0));
  expect(composer.snapshot.get().text).toBe('Text a');
  composer.change('Text A');
  expect(drafts.get('!room')).toBe('half a sen');
  await composer.send();
  expect(sent).toEqual([{ text: 'Text A', html: undefined, replyTo: undefined, editOf: '$a', mentionedIds: [] }]);
  expect(composer.snapshot.get()).toMatchObject({ text: 'half a sen', mode: { kind: 'new' } });
});

test('an edit that changes nothing sends nothing', async () => {
  const { composer, sent } = setUp();
  composer.edit(ownMessage('a', 0));
  await composer.send();
  expect(sent).toEqual([]);
  expect(composer.snapshot.get().mode.kind).toBe('new');
});

test('escape gives up one thing at a time and says when there is none', () => {
  const { composer } = setUp();
  composer.edit(ownMessage('a', 0));
  expect(composer.cancelMode()).toBe(true);
  expect(composer.snapshot.get().text).toBe('half a sen');
  expect(composer.cancelMode()).toBe(false);
});

test('typing is told at once, renewed now and then, and ended', () => {
  const { composer, typing, clock } = setUp();
  composer.change('a');
  composer.change('ab');
  expect(typing).toEqual([true]);
  clock.now = 9_000;
  composer.change('abc');
  composer.change('');
  expect(typing).toEqual([true, true, false]);
});

test('a file that is refused stays with its reason, and goes after another try', async () => {
  const { composer, files } = setUp();
  files.outcome = failure('too-large', 'M_TOO_LARGE');
  composer.attach([new File(['x'], 'plan.pdf')]);
  await Promise.resolve();
  expect(composer.snapshot.get().files).toMatchObject([{ id: 1, name: 'plan.pdf', failure: 'too-large' }]);
  files.outcome = success(undefined);
  await composer.retryFile(1);
  expect(composer.snapshot.get().files).toEqual([]);
});

test('a name can be taken from those offered, and is sent as a mention', async () => {
  const { composer, sent } = setUp();
  composer.change('Frag @mu');
  expect(composer.snapshot.get().suggestions?.people.map(({ name }) => name)).toEqual(['Zoé Müller']);
  expect(composer.takeSuggestion()).toBe('Frag @Zoé Müller '.length);
  composer.change('Frag @Zoé Müller oder @');
  composer.moveSuggestion(1);
  composer.takeSuggestion();
  await composer.send();
  expect(sent[0]).toMatchObject({ text: 'Frag @Zoé Müller oder @Clara Vogt', mentionedIds: ['@z:x', '@c:x'] });
});

test('a name that was taken out again mentions nobody', async () => {
  const { composer, sent } = setUp();
  composer.change('@Clara');
  composer.takeSuggestion();
  composer.change('Doch nicht');
  await composer.send();
  expect(sent[0]?.mentionedIds).toEqual([]);
});

test('an address is no mention, and names go away when they are not wanted', () => {
  const { composer } = setUp();
  composer.change('a@b');
  expect(composer.snapshot.get().suggestions).toBeUndefined();
  composer.change('@');
  expect(composer.snapshot.get().suggestions?.people).toHaveLength(3);
  expect(composer.closeSuggestions()).toBe(true);
  expect(composer.closeSuggestions()).toBe(false);
});
