import { expect, test } from 'vitest';
import { FormModel, missingIn } from './form-model.ts';

test('a form is sent once while it is on its way, and again when it comes back', () => {
  const form = new FormModel<'name', 'missing'>({ name: 'Bauamt' });
  expect(form.submit(missingIn)).toEqual({ name: 'Bauamt' });
  expect(form.submit(missingIn)).toBeUndefined();
  form.refuse('offline');
  expect(form.snapshot.get()).toMatchObject({ isBusy: false, failure: 'offline', fields: { name: 'Bauamt' } });
  expect(form.submit(missingIn)).toEqual({ name: 'Bauamt' });
});

test('what is missing is named and not sent; typing takes the complaint away', () => {
  const form = new FormModel<'name' | 'topic', 'missing'>({ name: ' ', topic: 'Brücken' });
  expect(form.submit(missingIn)).toBeUndefined();
  expect(form.snapshot.get()).toMatchObject({ problems: { name: 'missing' }, isBusy: false });
  form.change('name', 'Bauamt');
  expect(form.snapshot.get().problems.name).toBeUndefined();
});
