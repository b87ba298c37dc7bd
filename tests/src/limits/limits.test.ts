import { rateLimits } from '@stafette/homeserver/http/limits.ts';
import { startHomeserver, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawLimits } from './draw-limits.ts';
import { LIMITS, type LimitWorld } from './limits.ts';

let homeserver: TestHomeserver;
let people = 0;

async function makeWorld(): Promise<LimitWorld> {
  people += 1;
  const user = await homeserver.register(`person${people}`);
  const client = homeserver.as(user);
  const room = `/rooms/${encodeURIComponent(await client.createRoom({ preset: 'public_chat' }))}`;
  return { homeserver, user, client, room };
}

beforeAll(async () => {
  homeserver = await startHomeserver();
});
afterAll(async () => homeserver.stop());

test('there are as many limits as there were', () => {
  expect(LIMITS.length).toBeGreaterThan(15);
});

describe.each(LIMITS)('$name: $value $unit', ({ value, refusal, ask, isCount }) => {
  test('is what is taken, and no more', { timeout: 120_000 }, async () => {
    const world = await makeWorld();
    if (isCount === true) for (let number = 1; number < value; number += 1) await ask(world, number);
    expect((await ask(world, value)).status).toBe(200);
    const { status, body } = await ask(world, value + 1);
    expect({ status, errcode: body['errcode'] }).toEqual(refusal);
  });
});

test('the reference is up to date', async () => {
  await expect(drawLimits(LIMITS, rateLimits)).toMatchFileSnapshot('../../../docs/reference/limits.md');
});
