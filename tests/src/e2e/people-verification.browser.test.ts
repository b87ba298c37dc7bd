import { launchBrowser } from '@stafette/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAgencyServer, type AgencyServer } from './agency-server.ts';
import { appears, disappears } from './appearance.ts';
import { Participant } from './participant.ts';

/** Two people make sure that nobody is between them, each in a browser of their own; each test is the next step. */
const PASSWORD = 'ein langer Satz als Passwort';

let server: AgencyServer;
let browser: Browser;
let anna: Participant;
let bernd: Participant;

beforeAll(async () => {
  [server, browser] = await Promise.all([startAgencyServer(), launchBrowser()]);
  anna = await Participant.open(browser, `${server.url}/setup#${server.setupCode}`);
  await anna.setUpAgency(PASSWORD);
  await anna.setUpRecovery();
  bernd = await Participant.open(browser, await anna.invite('Bernd Krüger'));
  await bernd.register('Bernd Krüger', 'bernd', PASSWORD);
  await bernd.setUpRecovery();
  await anna.beginDirectChat('Bernd');
  await anna.say('Guten Morgen');
  await bernd.get('invitation-accept').click();
  await bernd.reads('Guten Morgen');
  for (const person of [anna, bernd]) await person.get('toggle-members').click();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Up to the moment when both see the same seven pictures. */
async function compare(): Promise<void> {
  await anna.get('member-verify').click();
  await bernd.get('verification-accept').click();
  const [here, there] = await Promise.all([anna.readEmojis(), bernd.readEmojis()]);
  expect(here).toHaveLength(7);
  expect(here).toEqual(there);
}

test('a comparison in which one sees other pictures ends for both, and nobody is verified', async () => {
  await compare();
  await bernd.get('verification-mismatch').click();
  for (const person of [anna, bernd]) {
    expect(
      await appears(
        person
          .get('verification-cancelled')
          .getByText(
            'Die Bilder waren verschieden. Es könnte jemand mitlesen: Vergleichen Sie noch einmal und fragen Sie im Zweifel Ihre IT-Stelle.',
          ),
      ),
    ).toBe(true);
    await person.get('verification-close').click();
    expect(await appears(person.get('member-verify'))).toBe(true);
  }
});

test('whoever both find the same pictures is verified for the other', async () => {
  await compare();
  await anna.get('verification-match').click();
  await bernd.get('verification-match').click();
  for (const person of [anna, bernd]) {
    await person.get('verification-done').waitFor();
    await person.get('verification-close').click();
    expect(await disappears(person.get('member-verify'))).toBe(true);
    const verified = person.page.locator('[data-testid=member][data-trust=verified]');
    expect(await appears(verified.getByText('Bestätigt'))).toBe(true);
  }
  expect([anna, bernd].flatMap(({ faults }) => faults)).toEqual([]);
});
