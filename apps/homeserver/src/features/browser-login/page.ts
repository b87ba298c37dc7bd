import { PreparedResponse } from '../../http/handler.ts';
import { type Html, html } from './html.ts';
import { messagesOf, type Language } from './messages/index.ts';
import type { PageScript } from './page-script.ts';
import type { Visitor } from './visitors.ts';

export const STYLE_PATH = '/_stafette/account/style.css';

/** What a person is told has gone wrong, with the status of the answer. */
export interface Problem {
  readonly text: string;
  readonly status: number;
}

interface Page {
  readonly language: Language;
  readonly title: string;
  readonly body: Html;
  /** Shown above the rest and read aloud at once. */
  readonly problem?: Problem | undefined;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where a form of this page may lead to besides this origin: browsers check the redirect that answers it. */
  readonly formTarget?: string | undefined;
  readonly script?: PageScript;
  /** The page tells the window that opened it when it is done. */
  readonly keepsOpener?: boolean;
}

type Openness = Pick<Page, 'formTarget' | 'script' | 'keepsOpener'>;

const securityHeaders = ({ formTarget, script, keepsOpener }: Openness): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    ...(script?.directives ?? []),
    "style-src 'self'",
    `form-action 'self'${formTarget === undefined ? '' : ` ${formTarget}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not 'no-referrer': browsers then hide the origin of forms, which is checked.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': keepsOpener === true ? 'unsafe-none' : 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

/** A page for people: no script but its own, nothing from elsewhere, not in a frame, not kept. */
export function renderPage({ language, title, body, problem, status, headers, ...openness }: Page): PreparedResponse {
  const m = messagesOf(language);
  const alert = problem === undefined ? undefined : html`<p class="problem" role="alert">${problem.text}</p>`;
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${problem === undefined ? '' : `${m.problem}: `}${title}</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${alert} ${body}
        </main>
        ${openness.script?.element}
      </body>
    </html> `;
  return new PreparedResponse(page.text, {
    status: problem?.status ?? status ?? 200,
    headers: { 'content-type': 'text/html; charset=utf-8', ...securityHeaders(openness), ...headers },
  });
}

/** As {@link renderPage}, in the visitor's language. */
export const showPage = ({ language, headers }: Visitor, page: Omit<Page, 'language' | 'headers'>): PreparedResponse =>
  renderPage({ language, headers, ...page });

/** Sends the browser on; after a form, it asks with GET. */
export const redirect = (location: string, headers: Readonly<Record<string, string>> = {}): PreparedResponse =>
  new PreparedResponse('', {
    status: 303,
    headers: { location, ...securityHeaders({}), ...headers },
  });
