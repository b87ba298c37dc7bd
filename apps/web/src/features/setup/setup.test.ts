import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { SetupViewModel, type SetupFields } from './setup-view-model.ts';

function setUp(): {
  form: SetupViewModel<string>;
  world: { outcome: Outcome<string>; completed: SetupFields[]; done: string[] };
} {
  const world = {
    outcome: success('account') as Outcome<string>,
    completed: [] as SetupFields[],
    done: [] as string[],
  };
  const form = new SetupViewModel<string>({
    code: 'BZ08-5Y56',
    serverName: 'localhost',
    complete: async (fields) => {
      world.completed.push(fields);
      return world.outcome;
    },
    onDone: (account) => void world.done.push(account),
  });
  form.change('agencyName', 'Stadt Musterhausen');
  form.change('displayName', 'Anna Weber');
  form.change('loginName', 'anna.weber');
  form.change('password', 'a long sentence');
  return { form, world };
}

test('a complete form creates the agency', async () => {
  const { form, world } = setUp();
  await form.submit();
  expect(world.completed).toHaveLength(1);
  expect(world.done).toEqual(['account']);
});

test.each([
  ['serverName', 'https://example.org', 'invalid-server-name'],
  ['loginName', ' ', 'missing'],
  ['password', 'short', 'password-too-short'],
  ['agencyName', '  ', 'missing'],
] as const)('%s %j is refused at the field', async (field, value, problem) => {
  const { form, world } = setUp();
  form.change(field, value);
  await form.submit();
  expect(form.snapshot.get().problems).toEqual({ [field]: problem });
  expect(world.completed).toEqual([]);
});

test('a login name that the server does not take is told at its field', async () => {
  const { form, world } = setUp();
  world.outcome = failure('name-invalid', 'M_INVALID_USERNAME');
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({ problems: { loginName: 'name-invalid' }, failure: undefined });
});

test('a wrong code leaves everything typed in place', async () => {
  const { form, world } = setUp();
  world.outcome = failure('wrong-code', 'M_FORBIDDEN');
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({
    failure: 'wrong-code',
    isBusy: false,
    fields: { agencyName: 'Stadt Musterhausen', password: 'a long sentence' },
  });
});
