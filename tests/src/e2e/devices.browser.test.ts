import { launchBrowser } from '@stafette/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAgencyServer, type AgencyServer } from './agency-server.ts';
import { appears } from './appearance.ts';
import { Participant } from './participant.ts';

/** One person, several devices; each test is the next step. */
const PASSWORD = 'ein langer Satz als Passwort';

let server: AgencyServer;
let browser: Browser;
let anna: Participant;
let laptop: Participant;
let recoveryKey: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startAgencyServer(), launchBrowser()]);
  anna = await Participant.open(browser, `${server.url}/setup#${server.setupCode}`);
  await anna.setUpAgency(PASSWORD);
  recoveryKey = await anna.setUpRecovery();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test('one page at a time holds the keys; another can take over', async () => {
  const second = await anna.page.context().newPage();
  await second.goto(server.url);
  await second.getByRole('button', { name: 'Hier weitermachen' }).click();
  expect(await appears(second.getByTestId('chat-screen'))).toBe(true);
  await anna.page.getByRole('button', { name: 'Hier weitermachen' }).click();
  expect(await appears(anna.get('chat-screen'))).toBe(true);
  expect(await appears(second.getByText('Anderswo geöffnet'))).toBe(true);
  await second.close();
});

test('a wrong password is refused, the right one leads to the confirmation', async () => {
  laptop = await Participant.open(browser, server.url);
  await laptop.signIn('anna', 'not the password');
  expect(await appears(laptop.get('login-failure'))).toBe(true);
  await laptop.get('login-password').fill(PASSWORD);
  await laptop.get('login-submit').click();
  await laptop.get('confirm-recovery-key').click();
  // Written down without its spaces it is the same key.
  await laptop.get('recovery-key-input').fill(recoveryKey.replaceAll(' ', ''));
  await laptop.get('recovery-key-submit').click();
  expect(await appears(laptop.get('chat-screen'))).toBe(true);
});

test('a device is signed out from another one, which needs the password', async () => {
  await anna.page.keyboard.press('Control+,');
  await anna.get('device').nth(1).waitFor();
  await anna.get('device-sign-out').click();
  await anna.get('password-prompt-input').fill('not the password');
  await anna.get('password-prompt-submit').click();
  await anna.page.getByText('Das Passwort stimmt nicht.').waitFor();
  await anna.get('password-prompt-input').fill(PASSWORD);
  await anna.get('password-prompt-submit').click();
  expect(await appears(laptop.page.getByText('Sie wurden abgemeldet'))).toBe(true);
});

test('the language changes at once and stays', async () => {
  await anna.page.getByText('Français').click();
  expect(await appears(anna.page.getByRole('heading', { name: 'Paramètres' }))).toBe(true);
  await anna.page.reload();
  expect(await appears(anna.page.getByText('Pas encore de conversation'))).toBe(true);
  expect(await anna.page.locator('html').getAttribute('lang')).toBe('fr');
});

test('whoever lost everything begins anew, and the other devices learn of it', async () => {
  await laptop.signIn('anna', PASSWORD);
  await laptop.get('confirm-reset').click();
  await laptop.get('confirm-reset-yes').click();
  const newKey = await laptop.setUpRecovery();
  expect(newKey).not.toBe(recoveryKey);
  expect(await appears(anna.get('confirm-device'))).toBe(true);
});

test('signing out leaves nothing behind on the device', async () => {
  await laptop.get('account-menu').click();
  await laptop.get('menu-sign-out').click();
  await laptop.get('sign-out-confirm').click();
  await laptop.get('login-form').waitFor();
  await expect.poll(async () => laptop.page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  expect(await laptop.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  expect([anna, laptop].flatMap(({ faults }) => faults)).toEqual([]);
});
