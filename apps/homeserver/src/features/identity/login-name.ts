const MAX_CHARACTERS = 64;
const ALLOWED = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*$/u;

/**
 * The form in which login names are stored and compared: compatibility-normalised and lower-case, so that nobody can
 * register what looks and types like another's name. Undefined for what cannot be a login name.
 */
export function foldLoginName(name: string): string | undefined {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded.length <= MAX_CHARACTERS && ALLOWED.test(folded) ? folded : undefined;
}
