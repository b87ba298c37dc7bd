import { createHash } from 'node:crypto';
import { Html } from './html.ts';

/** The one script of a page. Browsers run it because its hash is in the page's policy, and nothing beside it. */
export interface PageScript {
  readonly element: Html;
  /** What the policy of the page says for it. */
  readonly directives: readonly string[];
}

/** `code` is ours and the same for everybody: what a page is about, the script reads from its elements. */
export function pageScript(code: string, { asksServer }: { readonly asksServer: boolean }): PageScript {
  const hash = createHash('sha256').update(code).digest('base64');
  return {
    element: new Html(`<script>${code}</script>`),
    directives: [`script-src 'sha256-${hash}'`, ...(asksServer ? ["connect-src 'self'"] : [])],
  };
}
