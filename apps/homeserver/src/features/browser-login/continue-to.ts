import { invalidParam } from '@stafette/contracts';

/** The pages that one can be on the way to. */
const PATHS: ReadonlySet<string> = new Set([
  '/_matrix/static/client/login/',
  '/_stafette/account',
  '/_stafette/link',
  '/_stafette/oauth/authorize',
  '/_stafette/sso',
]);

/** Path and query of a page of ours; throws for everything else: a log-in leads nowhere but here. */
export function readContinueTo(text: string): string {
  const base = 'https://here.invalid';
  const url = URL.parse(text, base);
  if (url === null || url.origin !== base || !PATHS.has(url.pathname) || !text.startsWith('/'))
    throw invalidParam('There is no such page');
  return `${url.pathname}${url.search}`;
}
