import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

const passwords = new Passwords(false);

test('a password is recognised, and its hash says how it was made', async () => {
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(hash, 'correct horse')).toBe(true);
  expect(await passwords.verify(hash, 'correct horse ')).toBe(false);
  expect(await passwords.hash('correct horse')).not.toBe(hash);
});

test.each(['', 'short', ' '.repeat(20), 'x'.repeat(513), '\t\n\u00a0\u3000\u2003\u2003\u2003\u2003'])(
  '%j is refused before it is hashed',
  async (password) => {
    await expect(passwords.hash(password)).rejects.toMatchObject({ status: 400, errcode: 'M_WEAK_PASSWORD' });
    expect(await passwords.verify(undefined, password)).toBe(false);
  },
);

test('an account without a password is opened by none, after the same work', async () => {
  const hash = await passwords.hash('correct horse');
  const timeOf = async (stored: string | undefined): Promise<number> => {
    const times: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      const startedAt = performance.now();
      expect(await passwords.verify(stored, 'wrong horse')).toBe(false);
      times.push(performance.now() - startedAt);
    }
    return times.toSorted((one, other) => one - other)[4] ?? 0;
  };
  await timeOf(undefined);
  const [known, unknown] = [await timeOf(hash), await timeOf(undefined)];
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(3);
});

test('of a flood of log-ins some are put off, and the others are served', async () => {
  const cheap = new Passwords(true);
  const hash = await cheap.hash('correct horse');
  await cheap.verify(hash, 'correct horse');
  const flood = await Promise.allSettled(Array.from({ length: 1000 }, async () => cheap.verify(hash, 'correct horse')));
  expect(flood.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(256);
  expect(flood).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({ status: 429, errcode: 'M_LIMIT_EXCEEDED' }),
  });
  expect(await cheap.verify(hash, 'correct horse')).toBe(true);
});
