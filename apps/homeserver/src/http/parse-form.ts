import { invalidParam } from '@stafette/contracts';

/**
 * Reads `application/x-www-form-urlencoded`. What is there twice is refused: two readers could each take another one. What
 * is there without a value is absent, unless `keepsEmpty`: a browser sends each field of a page (RFC 6749 section 3.2).
 */
export function parseForm(bytes: Buffer, keepsEmpty: boolean): Readonly<Record<string, string>> {
  const form: Record<string, string> = Object.create(null);
  const names = new Set<string>();
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (names.has(name)) throw invalidParam('A member of the form is there twice');
    names.add(name);
    if (value !== '' || keepsEmpty) form[name] = value;
  }
  return form;
}
