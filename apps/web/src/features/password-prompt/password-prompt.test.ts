import { expect, test } from 'vitest';
import { PasswordPromptViewModel } from './password-prompt-view-model.ts';

test('the answer is what was typed, and nothing of it stays', async () => {
  const prompt = new PasswordPromptViewModel();
  const answer = prompt.ask(false);
  expect(prompt.snapshot.get().isOpen).toBe(true);
  prompt.change('secret words');
  prompt.submit();
  await expect(answer).resolves.toBe('secret words');
  expect(prompt.snapshot.get()).toEqual({ isOpen: false, password: '', isRetry: false });
});

test('closing answers with nothing', async () => {
  const prompt = new PasswordPromptViewModel();
  const answer = prompt.ask(true);
  expect(prompt.snapshot.get().isRetry).toBe(true);
  prompt.cancel();
  await expect(answer).resolves.toBeUndefined();
});

test('a second question ends the first', async () => {
  const prompt = new PasswordPromptViewModel();
  const first = prompt.ask(false);
  const second = prompt.ask(false);
  await expect(first).resolves.toBeUndefined();
  prompt.change('secret words');
  prompt.submit();
  await expect(second).resolves.toBe('secret words');
});
