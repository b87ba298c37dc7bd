import { launchBrowser } from '@stafette/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appears, disappears } from './appearance.ts';
import { startAgencyServer, type AgencyServer } from './agency-server.ts';
import { Participant } from './participant.ts';
import { drawSamplePicture } from './sample-picture.ts';

/**
 * From a fresh server to two officials who chat encrypted, in real browsers; each test is the next step of one journey.
 * The texts are ASCII, so that the last step would find them in the database.
 */
const GREETING = 'Guten Morgen Bernd, hast du den Entwurf gesehen?';
const ANSWER = 'Ja, er liest sich gut.';
const REPLY = 'Danke, dann gebe ich ihn weiter.';
const CORRECTION = 'Danke, dann gebe ich ihn heute weiter.';
const MISTAKE = 'Das war das falsche Fenster';
const DOCUMENT = 'Haushaltsplan-2027.pdf';
const SECRETS = [
  'hast du den Entwurf gesehen',
  'er liest sich gut',
  'gebe ich ihn weiter',
  'heute weiter',
  'falsche Fenster',
  DOCUMENT,
  'Landschaft.png',
];
const PASSWORD = 'ein langer Satz als Passwort';

let server: AgencyServer;
let browser: Browser;
let anna: Participant;
let bernd: Participant;
let clara: Participant;
let annaAgain: Participant;
let recoveryKey: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startAgencyServer(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test('the first run makes the agency and its first administrator, and nothing with a wrong code', async () => {
  anna = await Participant.open(browser, `${server.url}/setup#0000-0000-0000-0000-0000`);
  await anna.get('setup-form').waitFor();
  await anna.get('setup-agencyName').fill('Stadt Musterhausen');
  if (await anna.get('setup-serverName').isEditable()) await anna.get('setup-serverName').fill('musterhausen.example');
  await anna.fill('setup', { displayName: 'Anna Weber', loginName: 'anna.weber', password: PASSWORD });
  await anna.get('setup-submit').click();
  await anna.get('setup-failure').waitFor();
  await anna.get('setup-code').fill(server.setupCode);
  await anna.takeScreenshot('set-up');
  await anna.get('setup-submit').click();
  recoveryKey = await anna.setUpRecovery();
  expect(recoveryKey.split(' ')).toHaveLength(12);
});

test('two people come by invitations, each of which works once', async () => {
  const [forBernd, forClara] = [await anna.invite('Bernd Krüger'), await anna.invite('Clara Vogt')];
  expect(forBernd).not.toBe(forClara);
  bernd = await Participant.open(browser, forBernd);
  await bernd.register('Bernd Krüger', 'bernd.krueger', PASSWORD);
  await bernd.setUpRecovery();
  clara = await Participant.open(browser, forBernd);
  await clara.fill('registration', { displayName: 'Clara Vogt', loginName: 'clara.vogt', password: PASSWORD });
  await clara.get('registration-submit').click();
  await clara.page.getByText('Dieser Code gilt nicht oder wurde schon benutzt').waitFor();
  await clara.get('registration-invitationCode').fill(new URL(forClara).hash.slice(1));
  await clara.get('registration-submit').click();
  await clara.setUpRecovery();
});

test('a direct chat begins, and both read what the other writes', async () => {
  await anna.beginDirectChat('Bernd');
  await anna.say(GREETING);
  await bernd.get('invitation-accept').click();
  await bernd.reads(GREETING);
  await bernd.say(ANSWER);
  expect(await appears(anna.message(ANSWER))).toBe(true);
});

test('what was read shows as read', async () => {
  expect(await appears(anna.page.locator('[data-testid=timeline-message][data-own][data-delivery=read]').first())).toBe(
    true,
  );
});

test('a reply shows what it answers', async () => {
  await anna.act(ANSWER, 'message-reply');
  await anna.say(REPLY);
  expect(await appears(bernd.message(REPLY).getByText(ANSWER))).toBe(true);
});

test('a reaction appears on the other side and can be taken back', async () => {
  await bernd.act(REPLY, 'message-react');
  await bernd.page.locator('.st-emoji-quick [data-emoji="👍"]').click();
  await anna.message(REPLY).getByTestId('reaction').waitFor();
  await bernd.message(REPLY).getByTestId('reaction').click();
  expect(await disappears(anna.get('reaction'))).toBe(true);
  await bernd.act(REPLY, 'message-react');
  await bernd.page.locator('.st-emoji-quick [data-emoji="🎉"]').click();
  expect(await appears(anna.get('reaction'))).toBe(true);
});

test('an edit replaces the text for both', async () => {
  await anna.get('composer').focus();
  await anna.page.keyboard.press('ArrowUp');
  await anna.say(CORRECTION);
  await bernd.message(CORRECTION).getByText('bearbeitet', { exact: true }).waitFor();
  expect(await bernd.get('timeline-message').filter({ hasText: REPLY }).count()).toBe(0);
});

test('a deleted message is gone for both', async () => {
  await anna.say(MISTAKE);
  await bernd.reads(MISTAKE);
  await anna.act(MISTAKE, 'message-menu');
  await anna.get('message-delete').click();
  await anna.get('delete-confirm').click();
  await bernd.get('timeline-message').filter({ hasText: 'Nachricht gelöscht' }).waitFor();
  expect(await bernd.get('timeline-message').filter({ hasText: MISTAKE }).count()).toBe(0);
});

test('a picture and a document arrive', async () => {
  await anna
    .get('composer-file')
    .setInputFiles({ name: 'Landschaft.png', mimeType: 'image/png', buffer: drawSamplePicture() });
  await bernd.page.locator('[data-testid=image-message][data-state=there] img').waitFor();
  await bernd
    .get('composer-file')
    .setInputFiles({ name: DOCUMENT, mimeType: 'application/pdf', buffer: Buffer.alloc(183_000, 'x') });
  const saved = anna.page.waitForEvent('download');
  await anna.message(DOCUMENT).getByRole('button', { name: 'Speichern' }).click();
  expect((await saved).suggestedFilename()).toBe(DOCUMENT);
});

test('typing shows while it lasts', async () => {
  await bernd.get('composer').pressSequentially('Ich');
  expect(await appears(anna.get('typing').getByText('Bernd Krüger schreibt'))).toBe(true);
  await bernd.get('composer').fill('');
  expect(await disappears(anna.get('typing').getByText('Bernd Krüger schreibt'))).toBe(true);
});

test('who takes a name writes on behind it, however late the page is drawn', async () => {
  await anna.get('composer').fill('Danke');
  await anna.page.keyboard.press('Home');
  await anna.page.keyboard.type('@kru');
  await anna.get('mention').filter({ hasText: 'Bernd Krüger' }).waitFor();
  const drawFrames = await anna.holdFrames();
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.type('sa');
  await drawFrames();
  await anna.page.keyboard.type('gt ');
  expect(await anna.get('composer').inputValue()).toBe('@Bernd Krüger sagt Danke');
  await anna.get('composer').fill('');
});

test('a room of three counts what was not read, and marks who was called by name', async () => {
  await bernd.page.goto(server.url);
  await bernd.get('chat-screen').waitFor();
  await anna.get('new-menu').click();
  await anna.get('new-room').click();
  await anna.get('new-room-name').fill('Haushalt 2027');
  for (const name of ['Bernd Krüger', 'Clara Vogt']) {
    await anna.get('person-search').fill(name);
    await anna.get('person-result').filter({ hasText: name }).click();
  }
  await anna.get('new-conversation-submit').click();
  await anna.get('composer').waitFor();
  for (const person of [bernd, clara]) {
    await person.get('invitation').filter({ hasText: 'Haushalt 2027' }).getByTestId('invitation-accept').click();
    await person.get('composer').waitFor();
  }
  await bernd.room('Anna Weber').click();
  await anna.get('composer').pressSequentially('@kru');
  await anna.get('mention').filter({ hasText: 'Bernd Krüger' }).waitFor();
  await anna.page.keyboard.press('Enter');
  await anna.get('composer').pressSequentially('Die Zahlen kommen morgen.');
  await anna.page.keyboard.press('Enter');
  expect(await appears(bernd.room('Haushalt 2027').getByText('1 ungelesene Nachricht'))).toBe(true);
  expect(await appears(bernd.room('Haushalt 2027').getByText('Sie wurden erwähnt'))).toBe(true);
  await clara.reads('Die Zahlen kommen morgen.');
  expect(await appears(anna.message('Die Zahlen kommen morgen.').getByTestId('readers'))).toBe(true);
});

test('somebody who leaves a room no longer sees it, and the others see that', async () => {
  await clara.get('toggle-members').click();
  await clara.get('room-leave').click();
  await clara.get('room-leave-confirm').click();
  expect(await disappears(clara.room('Haushalt 2027'))).toBe(true);
  expect(await appears(anna.get('timeline').getByText('Clara Vogt hat die Unterhaltung verlassen'))).toBe(true);
});

test('what could not be sent stays, and goes when it is tried again', async () => {
  await bernd.page.context().setOffline(true);
  await bernd.say('Aus dem Tunnel');
  await bernd.message('Aus dem Tunnel').getByTestId('message-retry').waitFor();
  await bernd.page.context().setOffline(false);
  // The browser says so before its requests get through.
  await expect.poll(async () => bernd.reachesServer()).toBe(true);
  await bernd.message('Aus dem Tunnel').getByTestId('message-retry').click();
  expect(await disappears(bernd.get('message-retry'))).toBe(true);
  await anna.room('Bernd Krüger').click();
  await anna.reads('Aus dem Tunnel');
});

test('the chat looks as it should in both themes', async () => {
  await anna.room('Bernd Krüger').click();
  await anna.page.locator('[data-testid=image-message][data-state=there] img').waitFor();
  // The newest message is in view.
  await expect.poll(async () => anna.distanceFromEnd()).toBe(0);
  await anna.takeScreenshot('chat-light');
  await anna.page.emulateMedia({ colorScheme: 'dark' });
  expect(await appears(anna.page.locator('[data-kern-theme=dark]'))).toBe(true);
  await anna.takeScreenshot('chat-dark');
  await anna.page.emulateMedia({ colorScheme: 'light' });
});

test('a reload finds everything again', async () => {
  await anna.page.reload();
  expect(await appears(anna.message(CORRECTION))).toBe(true);
});

test('a second device gets the history with the recovery key, and not with another', async () => {
  annaAgain = await Participant.open(browser, server.url, { width: 400, height: 800 });
  await annaAgain.signIn('anna.weber', PASSWORD);
  await annaAgain.get('confirm-recovery-key').click();
  await annaAgain.get('recovery-key-input').fill(`${recoveryKey.slice(0, -4)}zzzz`);
  await annaAgain.get('recovery-key-submit').click();
  await annaAgain.page.getByText('Das ist nicht Ihr Wiederherstellungsschlüssel').waitFor();
  await annaAgain.get('recovery-key-input').fill(recoveryKey);
  await annaAgain.get('recovery-key-submit').click();
  await annaAgain.room('Bernd Krüger').click();
  await annaAgain.reads(CORRECTION);
  expect(await disappears(annaAgain.get('waiting-message').first())).toBe(true);
});

test('a third device is confirmed by comparing emojis', async () => {
  const third = await Participant.open(browser, server.url);
  await third.signIn('anna.weber', PASSWORD);
  await third.get('confirm-other-device').click();
  await anna.get('verification-accept').click();
  const [here, there] = await Promise.all([third.readEmojis(), anna.readEmojis()]);
  expect(here).toHaveLength(7);
  expect(here).toEqual(there);
  await anna.get('verification-match').click();
  await third.get('verification-match').click();
  await Promise.all([anna, third].map(async (device) => device.get('verification-done').waitFor()));
  await third.get('verification-close').click();
  await third.room('Bernd Krüger').click();
  await third.reads(CORRECTION);
  expect(third.faults).toEqual([]);
  await third.leave();
});

test('neither the database nor the files hold a word of it', async () => {
  const dump = await server.dumpDatabase();
  // It would be found: these stand in the same columns.
  for (const known of ['m.room.encrypted', 'Haushalt 2027', 'anna.weber']) expect(dump).toContain(known);
  for (const secret of [...SECRETS, 'Die Zahlen kommen morgen', 'Aus dem Tunnel', PASSWORD, recoveryKey])
    expect(dump).not.toContain(secret);
  const files = await server.readFiles();
  const pictureSignature = Buffer.from('89504e470d0a1a0a', 'hex');
  expect(files.some((file) => file.length > 180_000)).toBe(true);
  for (const file of files) expect(file.includes(pictureSignature)).toBe(false);
});

test('no page had a fault or asked for what its policy forbids', () => {
  expect([anna, bernd, clara, annaAgain].flatMap(({ faults }) => faults)).toEqual([]);
});
