import { invalidParam } from '@stafette/contracts';

/**
 * Reads `application/x-www-form-urlencoded`. What is there twice is refused: two readers could each take another one
 * (RFC 6749 section 3.2).
 */
export function parseForm(bytes: Buffer): Readonly<Record<string, string>> {
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (name in form) throw invalidParam('A member of the form is there twice');
    form[name] = value;
  }
  return form;
}
