/** Where the log-in of older applications may lead: the configured addresses, or any in the conformance mode. */
export type RedirectTargets = readonly string[] | 'any';

/** Schemes that browsers run or show by themselves: nobody there takes a token. */
const NEVER: ReadonlySet<string> = new Set([
  'about:',
  'blob:',
  'data:',
  'file:',
  'javascript:',
  'vbscript:',
  'view-source:',
]);

/** Clients keep their own state in the query and the fragment; what comes before is compared exactly. */
const bare = (url: URL): string => url.href.slice(0, url.href.length - url.search.length - url.hash.length);

/** The address as browsers read it, when a token may be sent there. */
export function findRedirectTarget(text: string, targets: RedirectTargets): URL | undefined {
  const url = URL.parse(text);
  if (url === null || NEVER.has(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  if (targets === 'any') return url;
  const isKnown = targets.some((target) => URL.parse(target)?.href === bare(url));
  return isKnown ? url : undefined;
}

/** The address with the token, and with no other that it may have had from somewhere. */
export function withLoginToken(url: URL, token: string): string {
  const target = new URL(url);
  target.searchParams.delete('loginToken');
  target.searchParams.append('loginToken', token);
  return target.href;
}
