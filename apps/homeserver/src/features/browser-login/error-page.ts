import type { MatrixError } from '@stafette/contracts';
import type { PreparedResponse } from '../../http/handler.ts';
import { html } from './html.ts';
import { languageOf, messagesOf } from './messages/index.ts';
import { renderPage } from './page.ts';
import { problemOf } from './problems.ts';

/** What a person sees when a page cannot be shown. */
export function errorPage(error: MatrixError, acceptLanguage: string | undefined): PreparedResponse {
  const language = languageOf(acceptLanguage);
  const m = messagesOf(language);
  // Pages refuse a form, and nothing else, with this code.
  const text = error.errcode === 'M_FORBIDDEN' ? m.formStale : problemOf(error, m);
  return renderPage({ language, title: m.problem, status: error.status, body: html`<p>${text}</p>` });
}
