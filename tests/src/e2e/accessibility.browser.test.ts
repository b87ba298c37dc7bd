import { AxeBuilder } from '@axe-core/playwright';
import { launchBrowser } from '@stafette/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appears, disappears } from './appearance.ts';
import { startAgencyServer, type AgencyServer } from './agency-server.ts';
import { Participant } from './participant.ts';

/** WCAG 2.2 AA and EN 301 549, as far as a machine can tell. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549'];
const PASSWORD = 'ein langer Satz als Passwort';
const THEMES = ['light', 'dark'] as const;

let server: AgencyServer;
let browser: Browser;
let anna: Participant;

/** What fades in has its colours only when it has arrived. Spinners never end and are not waited for. */
async function settle({ page }: Participant): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(async (animation) => animation.finished));
  });
}

/** What axe finds, one line each. */
async function violations(participant: Participant): Promise<readonly string[]> {
  await settle(participant);
  const { page } = participant;
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

async function inBothThemes(participant: Participant): Promise<readonly string[]> {
  const all: string[] = [];
  for (const theme of THEMES) {
    await participant.page.emulateMedia({ colorScheme: theme });
    await participant.page.locator(`[data-kern-theme=${theme}]`).waitFor();
    all.push(...(await violations(participant)).map((line) => `${theme} ${line}`));
  }
  await participant.page.emulateMedia({ colorScheme: 'light' });
  return all;
}

const overflow = async ({ page }: Participant): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

beforeAll(async () => {
  [server, browser] = await Promise.all([startAgencyServer(), launchBrowser()]);
  anna = await Participant.open(browser, `${server.url}/setup#${server.setupCode}`);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test('the set-up has no barrier, also where it complains', async () => {
  await anna.get('setup-submit').click();
  await anna.page.getByText('Bitte ausfüllen.').first().waitFor();
  expect(await inBothThemes(anna)).toEqual([]);
  // The first field that needs it has the focus.
  expect(await anna.get('setup-agencyName').evaluate((field) => field === document.activeElement)).toBe(true);
});

test('each step of the recovery key has no barrier', async () => {
  await anna.setUpAgency(PASSWORD);
  await anna.get('recovery-intro').waitFor();
  expect(await inBothThemes(anna)).toEqual([]);
  await anna.get('recovery-create').click();
  await anna.get('recovery-show').waitFor();
  expect(await inBothThemes(anna)).toEqual([]);
  await anna.page.reload();
  await anna.setUpRecovery();
});

test('an empty start has no barrier', async () => {
  expect(await inBothThemes(anna)).toEqual([]);
});

test('the login has no barrier', async () => {
  const guest = await Participant.open(browser, `${server.url}/login`);
  await guest.get('login-submit').click();
  await guest.page.getByText('Bitte ausfüllen.').first().waitFor();
  expect(await inBothThemes(guest)).toEqual([]);
  await guest.leave();
});

test('the chat has no barrier, with its toolbar and its panel of members open', async () => {
  await anna.get('new-menu').click();
  await anna.get('new-room').click();
  await anna.get('new-room-name').fill('Haushalt 2027');
  expect(await inBothThemes(anna)).toEqual([]);
  await anna.get('new-conversation-submit').click();
  await anna.say('Guten Morgen, siehe **Punkt 3** auf https://example.org');
  await anna.message('Punkt 3').hover();
  await anna.get('toggle-members').click();
  await anna.get('members-panel').waitFor();
  expect(await inBothThemes(anna)).toEqual([]);
});

test('the settings have no barrier', async () => {
  await anna.page.keyboard.press('Control+,');
  await anna.get('device').first().waitFor();
  expect(await inBothThemes(anna)).toEqual([]);
  await anna.page.keyboard.press('Escape');
  await anna.get('settings').waitFor({ state: 'detached' });
});

test('a message can be reached and answered by the keyboard alone', async () => {
  await anna.get('toggle-members').click();
  await anna.get('composer').focus();
  for (let steps = 0; steps < 12; steps += 1) {
    await anna.page.keyboard.press('Shift+Tab');
    if (await anna.message('Punkt 3').evaluate((message) => message === document.activeElement)) break;
  }
  await anna.page.keyboard.press('r');
  expect(await appears(anna.page.getByText('Antwort an Anna Weber'))).toBe(true);
  expect(await anna.get('composer').evaluate((field) => field === document.activeElement)).toBe(true);
  await anna.page.keyboard.press('Escape');
  expect(await disappears(anna.page.getByText('Antwort an Anna Weber'))).toBe(true);
});

test('at 320 pixels everything stands in one column', async () => {
  await anna.page.setViewportSize({ width: 320, height: 640 });
  await anna.reads('Punkt 3');
  expect(await overflow(anna)).toBe(0);
  await anna.page.getByRole('button', { name: 'Zurück zur Liste' }).click();
  await anna.get('room-list-item').waitFor();
  expect(await overflow(anna)).toBe(0);
  expect(await violations(anna)).toEqual([]);
});
