import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderConfigReference } from './reference.ts';

test('the page for operators says what the schema says (node tools/src/generate-config-reference.ts)', () => {
  const page = readFileSync(new URL('../../../../docs/reference/config.md', import.meta.url), 'utf8');
  expect(page).toBe(renderConfigReference());
});
