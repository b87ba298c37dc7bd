import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { appears } from './appearance.ts';

export interface ParticipantOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

const PATIENCE_MS = 20_000;

/** Somebody at a browser of their own: finds things on the page by what they are, and does what a person would. */
export class Participant {
  readonly page: Page;
  /** Faults of the page itself: uncaught errors, and what the content security policy refused. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) this.faults.push(message.text());
    });
  }

  static async open(browser: Browser, address: string, options: ParticipantOptions = {}): Promise<Participant> {
    const { width = 1280, height = 800, colorScheme = 'light' } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      locale: 'de-DE',
      colorScheme,
      reducedMotion: 'reduce',
    });
    const participant = new Participant(context, await context.newPage());
    await participant.page.goto(address);
    return participant;
  }

  get(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** The newest message that contains the text. */
  message(text: string): Locator {
    return this.get('timeline-message').filter({ hasText: text }).last();
  }

  /** Waits for a message; fails with what is there instead, so that a missing message and a missing key look different. */
  async reads(text: string): Promise<void> {
    if (await appears(this.message(text))) return;
    const rows = await this.get('timeline-message').evaluateAll((messages) =>
      messages.map(
        (message) => `${message.querySelector('[data-kind]')?.getAttribute('data-kind')}: ${message.textContent}`,
      ),
    );
    throw new Error(`"${text}" is not among the ${rows.length} messages here:\n${rows.join('\n')}`);
  }

  /** Whether a request of the page gets through. */
  async reachesServer(): Promise<boolean> {
    return this.page.evaluate(async () =>
      fetch('/_matrix/client/versions').then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  /** The room's row in the list, by its whole name. */
  room(name: string): Locator {
    return this.get('room-list-item').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Fills fields by the last part of their test id. */
  async fill(form: string, values: Readonly<Record<string, string>>): Promise<void> {
    for (const [field, value] of Object.entries(values)) await this.get(`${form}-${field}`).fill(value);
  }

  async signIn(loginName: string, password: string): Promise<void> {
    await this.fill('login', { name: loginName, password });
    await this.get('login-submit').click();
  }

  /** As the first person of a fresh server: makes the agency, up to the question for a recovery key. */
  async setUpAgency(password: string): Promise<void> {
    if (await this.get('setup-serverName').isEditable())
      await this.get('setup-serverName').fill('musterhausen.example');
    await this.fill('setup', {
      agencyName: 'Stadt Musterhausen',
      displayName: 'Anna Weber',
      loginName: 'anna',
      password,
    });
    await this.get('setup-submit').click();
  }

  /** Makes the recovery key, shows that it was kept, and returns it. */
  async setUpRecovery(): Promise<string> {
    await this.get('recovery-create').click();
    const key = (await this.get('recovery-key').innerText()).trim().replaceAll(/\s+/g, ' ');
    await this.get('recovery-kept').click();
    const asked = ((await this.get('recovery-asked').textContent()) ?? '').trim().split(' ').map(Number);
    const groups = key.split(' ');
    for (const [index, group] of asked.entries())
      await this.get(`recovery-answer-${index}`).fill(groups[group - 1] ?? '');
    await this.get('recovery-check-submit').click();
    await this.get('chat-screen').waitFor();
    return key;
  }

  /** As an administrator: the address that lets one person register. */
  async invite(displayName: string): Promise<string> {
    await this.get('account-menu').click();
    await this.get('open-invitations').click();
    await this.get('invitation-name').fill(displayName);
    await this.get('invitation-create').click();
    const address = (await this.get('invitation-url').first().innerText()).trim();
    await this.page.keyboard.press('Escape');
    await this.get('invitations').waitFor({ state: 'detached' });
    return address;
  }

  async register(displayName: string, loginName: string, password: string): Promise<void> {
    await this.fill('registration', { displayName, loginName, password });
    await this.get('registration-submit').click();
    await this.get('recovery-intro').waitFor();
  }

  async beginDirectChat(name: string): Promise<void> {
    await this.get('new-menu').click();
    await this.get('new-chat').click();
    await this.get('person-search').fill(name);
    await this.get('person-result').filter({ hasText: name }).first().click();
    await this.get('composer').waitFor();
  }

  async say(text: string): Promise<void> {
    await this.get('composer').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Presses a button of the message's toolbar. */
  async act(text: string, button: 'message-reply' | 'message-react' | 'message-menu'): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByTestId(button).click();
  }

  /** Lets the page draw no frame until the returned function is called, as it happens on a machine under load. */
  async holdFrames(): Promise<() => Promise<void>> {
    const frames = await this.page.evaluateHandle(() => {
      const drawFrame = window.requestAnimationFrame;
      const held: FrameRequestCallback[] = [];
      window.requestAnimationFrame = (callback) => held.push(callback);
      return {
        release() {
          window.requestAnimationFrame = drawFrame;
          for (const callback of held) callback(performance.now());
        },
      };
    });
    return async () => frames.evaluate(({ release }) => release());
  }

  /** How far the timeline is from its end, in pixels. */
  async distanceFromEnd(): Promise<number> {
    return this.get('timeline')
      .locator('> div')
      .first()
      .evaluate((scroller) => Math.round(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop));
  }

  /** The names of the seven pictures on the screen. */
  async readEmojis(): Promise<readonly string[]> {
    await this.get('verification-emojis').waitFor();
    return this.get('verification-emojis').locator('li').allInnerTexts();
  }

  /** Into the folder that STAFETTE_SCREENSHOTS names; nowhere without it. */
  async takeScreenshot(name: string): Promise<void> {
    const directory = process.env['STAFETTE_SCREENSHOTS'];
    if (directory !== undefined) await this.page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}
