/** Codes travel behind the `#`, which browsers never send to a server: `#ABCD-EFGH` or `#code=ABCD-EFGH`. */
export function codeFromFragment(fragment: string): string {
  const text = fragment.replace(/^#/, '');
  return new URLSearchParams(text).get('code') ?? (text.includes('=') ? '' : decodeURIComponent(text));
}
