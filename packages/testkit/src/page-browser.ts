/** A page as somebody sees it. */
export interface SeenPage {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

const unescape = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescape(value);
};

/** The form of a page whose address begins with `action`. */
export function formOf(page: SeenPage, action: string): Form {
  for (const [, tag = '', inside = ''] of page.text.matchAll(/(<form\s[^>]*>)([^]*?)<\/form>/g)) {
    const target = attribute(tag, 'action');
    if (target?.startsWith(action) !== true || attribute(tag, 'method') !== 'post') continue;
    const inputs = [...inside.matchAll(/<input\s[^>]*>/g)].map(([input]) => input);
    const hidden = inputs.filter((input) => attribute(input, 'type') === 'hidden');
    return {
      action: target,
      fields: Object.fromEntries(
        hidden.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
      ),
    };
  }
  throw new Error(`no form for ${action} on: ${page.text.slice(0, 2000)}`);
}

interface PageRequest {
  readonly method?: 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A browser without scripts: keeps its cookie, follows redirects inside this origin, and fills forms. */
export class PageBrowser {
  readonly #origin: string;
  #cookie: string | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get cookie(): string | undefined {
    return this.#cookie;
  }

  async get(path: string): Promise<SeenPage> {
    return this.#follow(path, {});
  }

  /** Sends the form of a page, with what the person typed. */
  async submit(page: SeenPage, action: string, typed: Readonly<Record<string, string>> = {}): Promise<SeenPage> {
    const { action: target, fields } = formOf(page, action);
    return this.post(target, { ...fields, ...typed });
  }

  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<SeenPage> {
    return this.#follow(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async logIn(page: SeenPage, name: string, password: string): Promise<SeenPage> {
    return this.submit(page, '/_stafette/account/login', { name, password });
  }

  async #follow(path: string, init: PageRequest): Promise<SeenPage> {
    const response = await fetch(new URL(path, this.#origin), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }) },
    });
    const setCookie = response.headers.get('set-cookie');
    if (setCookie !== null) this.#cookie = setCookie.split(';', 1)[0];
    const location = response.headers.get('location');
    if (location !== null && new URL(location, this.#origin).origin === this.#origin) return this.#follow(location, {});
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}
