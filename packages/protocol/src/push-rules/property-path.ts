/**
 * The parts of a dot-separated property path: `\.` is a dot within a part, `\\` a backslash; any other backslash stands for
 * itself.
 * https://spec.matrix.org/v1.19/appendices/#dot-separated-property-paths
 */
export function parsePropertyPath(path: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < path.length; index++) {
    const character = path.charAt(index);
    const next = path.charAt(index + 1);
    if (character === '\\' && (next === '.' || next === '\\')) {
      part += next;
      index += 1;
    } else if (character === '.') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}
