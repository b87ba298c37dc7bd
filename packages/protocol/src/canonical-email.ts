/**
 * A mail address in the one form in which this product knows it: what a policy judges, the store keeps and the mail
 * server is told are these same bytes. Two programs that read one address differently let a stranger into an agency once
 * (CVE-2019-11340); so there is one reading, and what it does not understand is refused, never repaired.
 */
declare const brand: unique symbol;
export type CanonicalEmail = string & { readonly [brand]: 'CanonicalEmail' };

const MAX_ADDRESS_BYTES = 254;
const MAX_LOCAL_PART_BYTES = 64;
const MAX_LABEL_BYTES = 63;

// Words joined by single dots. Without `%` and `!`, which old relays read as a route, and without quotes and comments.
const LOCAL_PART = /^[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const NUMBER = /^[0-9]+$/;
// Anything else with hyphens there is reserved; a name with other letters comes in its ASCII form.
const isReservedLabel = (label: string): boolean => label.startsWith('--', 2) && !label.startsWith('xn--');
const isLabel = (label: string): boolean =>
  label.length <= MAX_LABEL_BYTES && LABEL.test(label) && !isReservedLabel(label);

/** At least two labels; a number at the end would be an address of the network. */
function isMailDomain(text: string): boolean {
  const labels = text.split('.');
  return labels.length >= 2 && labels.every(isLabel) && !NUMBER.test(labels.at(-1) ?? '');
}

const ASCII = /^[!-~]+$/;

/**
 * Reads an address exactly as it was typed; the only way to a {@link CanonicalEmail}. Capitals of ASCII become small, as
 * Matrix compares addresses so: https://spec.matrix.org/v1.19/appendices/#3pid-types
 */
export function parseEmail(text: string): CanonicalEmail | undefined {
  // Checked first: lower-casing would make ASCII of letters like the Kelvin sign.
  if (text.length > MAX_ADDRESS_BYTES || !ASCII.test(text)) return undefined;
  const folded = text.toLowerCase();
  const [localPart = '', domain = '', ...more] = folded.split('@');
  if (more.length > 0 || localPart.length > MAX_LOCAL_PART_BYTES) return undefined;
  return LOCAL_PART.test(localPart) && isMailDomain(domain) ? (folded as CanonicalEmail) : undefined;
}

/** What stands behind the `@`. */
export const mailDomainOf = (email: CanonicalEmail): string => email.slice(email.indexOf('@') + 1);

/**
 * The domains whose mail addresses are admitted: `agency.example` for exactly this one, `.agency.example` for those below
 * it. Compared as whole names; nothing is a pattern. Throws a RangeError that names an entry which is neither.
 */
export function mailDomainTable(entries: readonly string[]): (email: CanonicalEmail) => boolean {
  const wrong = entries.find((entry) => !isMailDomainEntry(entry));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is not a mail domain`);
  const exact = new Set(entries.filter((entry) => !entry.startsWith('.')));
  const suffixes = entries.filter((entry) => entry.startsWith('.'));
  return (email) => {
    const domain = mailDomainOf(email);
    return exact.has(domain) || suffixes.some((suffix) => domain.endsWith(suffix));
  };
}

export const isMailDomainEntry = (entry: string): boolean =>
  isMailDomain(entry.startsWith('.') ? entry.slice(1) : entry);
