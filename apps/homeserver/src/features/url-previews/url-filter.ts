/** Hosts by name, each with everything below it; `*` stands for all. */
export interface UrlFilter {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

const isWithin = (host: string, entry: string): boolean =>
  entry === '*' || host === entry || host.endsWith(`.${entry}`);

/** Whether a page may be looked at: allowed, and not denied. */
export function mayPreview({ allow, deny }: UrlFilter, url: URL): boolean {
  // A name may end with the dot of the root.
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  return allow.some((entry) => isWithin(host, entry)) && !deny.some((entry) => isWithin(host, entry));
}
