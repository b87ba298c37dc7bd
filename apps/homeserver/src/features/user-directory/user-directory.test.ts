import { startHomeserver, type TestHomeserver, type TestUser } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Found {
  readonly limited: boolean;
  readonly results: readonly { readonly user_id: string }[];
}

let agency: TestHomeserver;
let open: TestHomeserver;
beforeAll(async () => {
  agency = await startHomeserver();
  open = await startHomeserver({ features: { directoryOfAcquaintances: true } });
});
afterAll(async () => Promise.all([agency.stop(), open.stop()]));

async function person(server: TestHomeserver, login: string, displayname?: string): Promise<TestUser> {
  const user = await server.register(login);
  if (displayname !== undefined)
    await server.as(user).put(`/profile/${encodeURIComponent(user.userId)}/displayname`, { displayname });
  return user;
}
async function find(server: TestHomeserver, user: TestUser, term: string, limit = 10) {
  const { limited, results } = await server
    .as(user)
    .post<Found>('/user_directory/search', { search_term: term, limit });
  return { limited, ids: results.map((result) => result.user_id) };
}

describe('the directory', () => {
  test('names first whom the term names exactly, then those whose names begin with it', async () => {
    const inside = await person(agency, 'x1', 'Eva Martin');
    const begins = await person(agency, 'x2', 'Martina Ende');
    const exact = await person(agency, 'x3', 'MARTIN');
    const byId = await person(agency, 'martinek', 'Zoe');
    expect(await find(agency, inside, 'martin')).toEqual({
      limited: false,
      ids: [exact.userId, begins.userId, inside.userId, byId.userId],
    });
    expect(await find(agency, inside, 'martin', 1)).toEqual({ limited: true, ids: [exact.userId] });
    expect((await find(agency, inside, 'martin', 4)).limited).toBe(false);
    expect((await find(agency, inside, '@martinek:test.example')).ids).toEqual([byId.userId]);
  });

  test('compares beginnings of words, whatever stands between them', async () => {
    const user = await person(agency, 'k.schneider-voss', "O'Neil Ärmel-Weiß");
    for (const term of ['neil', 'weiß arm', 'arme', 'voss', 'k.schn', 'schneider neil'])
      expect((await find(agency, user, term)).ids).toEqual([user.userId]);
    for (const term of ['rmel', 'neil nobody', "neil' | 'martin", "':*", '!neil', 'neil:*&!x'])
      expect((await find(agency, user, term)).ids).not.toContain('@x1:test.example');
    expect((await find(agency, user, 'rmel')).ids).toEqual([]);
  });

  test('of acquaintances hides those with whom one shares no room, unless they are in an open one', async () => {
    const [anna, bernd] = [await person(open, 'anna'), await person(open, 'bernd', 'Bernd Amt')];
    const found = async () => (await find(open, anna, 'bernd')).ids;
    expect(await found()).toEqual([]);
    const secret = await open.as(anna).createRoom({ invite: [bernd.userId] });
    expect(await found()).toEqual([]);
    await open.as(bernd).join(secret);
    expect(await found()).toEqual([bernd.userId]);
    const leave = async (roomId: string) => open.as(bernd).post(`/rooms/${encodeURIComponent(roomId)}/leave`);
    await leave(secret);
    expect(await found()).toEqual([]);
    const forAll = await open.as(bernd).createRoom({ preset: 'public_chat' });
    expect(await found()).toEqual([bernd.userId]);
    await leave(forAll);
    expect(await found()).toEqual([]);
  });
});
