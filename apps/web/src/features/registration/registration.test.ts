import { expect, test } from 'vitest';
import { failure, success, type Outcome } from '../../model/failure.ts';
import { RegistrationViewModel, type RegistrationFields } from './registration-view-model.ts';

function setUp(): {
  form: RegistrationViewModel<string>;
  world: { isValid: boolean; outcome: Outcome<string>; registered: RegistrationFields[]; done: string[] };
} {
  const world = {
    isValid: true,
    outcome: success('account') as Outcome<string>,
    registered: [] as RegistrationFields[],
    done: [] as string[],
  };
  const form = new RegistrationViewModel<string>({
    invitationCode: 'ABCD-EFGH',
    isInvitationCodeValid: async () => success(world.isValid),
    register: async (account) => {
      world.registered.push(account);
      return world.outcome;
    },
    onDone: (account, password) => void world.done.push(`${account} ${password}`),
  });
  form.change('displayName', ' Anna Weber ');
  form.change('loginName', 'anna.weber');
  form.change('password', 'a long sentence');
  return { form, world };
}

test('a complete form registers and signs in', async () => {
  const { form, world } = setUp();
  await form.submit();
  expect(world.registered).toEqual([
    { invitationCode: 'ABCD-EFGH', displayName: 'Anna Weber', loginName: 'anna.weber', password: 'a long sentence' },
  ]);
  expect(world.done).toEqual(['account a long sentence']);
});

test.each([
  ['displayName', '', 'missing'],
  ['loginName', ' ', 'missing'],
  ['password', 'short', 'password-too-short'],
  ['invitationCode', ' ', 'missing'],
] as const)('%s %j is refused at the field', async (field, value, problem) => {
  const { form, world } = setUp();
  form.change(field, value);
  await form.submit();
  expect(form.snapshot.get().problems).toEqual({ [field]: problem });
  expect(world.registered).toEqual([]);
});

test('a code that was used already is told apart from a failure', async () => {
  const { form, world } = setUp();
  world.isValid = false;
  await form.submit();
  expect(form.snapshot.get()).toMatchObject({
    problems: { invitationCode: 'code-not-valid' },
    failure: undefined,
    isBusy: false,
  });
});

test.each(['name-taken', 'name-invalid'] as const)(
  'what the server says of a name (%s) is told at its field',
  async (kind) => {
    const { form, world } = setUp();
    world.outcome = failure(kind);
    await form.submit();
    expect(form.snapshot.get()).toMatchObject({ problems: { loginName: kind }, failure: undefined, isBusy: false });
    form.change('loginName', 'anna.w');
    expect(form.snapshot.get().problems.loginName).toBeUndefined();
  },
);

test('the password is forgotten with the screen', () => {
  const { form } = setUp();
  form.dispose();
  expect(form.snapshot.get().fields.password).toBe('');
});
