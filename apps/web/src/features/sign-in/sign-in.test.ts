import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { SignInViewModel } from './sign-in-view-model.ts';

function setUp(outcome: Outcome<string>): { form: SignInViewModel<string>; asked: string[]; done: string[] } {
  const asked: string[] = [];
  const done: string[] = [];
  const form = new SignInViewModel<string>({
    signIn: async (loginName, password) => {
      asked.push(`${loginName} ${password}`);
      return outcome;
    },
    onDone: (account) => void done.push(account),
  });
  form.change('name', ' anna ');
  form.change('password', 'secret words');
  return { form, asked, done };
}

test('name and password sign in', async () => {
  const { form, asked, done } = setUp(success('account'));
  await form.submit();
  expect(asked).toEqual(['anna secret words']);
  expect(done).toEqual(['account']);
});

test('a wrong password is cleared, the name is kept', async () => {
  const { form, done } = setUp(failure('wrong-credentials', 'M_FORBIDDEN'));
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({
    fields: { name: ' anna ', password: '' },
    failure: 'wrong-credentials',
    isBusy: false,
  });
  expect(done).toEqual([]);
});

test('without a connection nothing typed is lost', async () => {
  const { form } = setUp(failure('offline'));
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({ fields: { password: 'secret words' }, failure: 'offline' });
});

test('empty fields are named and nothing is sent', async () => {
  const { form, asked } = setUp(success('account'));
  form.change('name', ' ');
  form.change('password', '');
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({ problems: { name: 'missing', password: 'missing' } });
  expect(asked).toEqual([]);
});
