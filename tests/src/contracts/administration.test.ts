import { fileURLToPath } from 'node:url';
import { admin } from '@stafette/contracts';
import { expect, test } from 'vitest';
import { drawAdministration, readDescriptions } from './administration-table.ts';

const descriptions = readDescriptions(
  fileURLToPath(new URL('../../../packages/contracts/src/admin/', import.meta.url)),
);

test('every operation for administrators says what it does', () => {
  expect(Object.keys(admin).length).toBeGreaterThan(60);
  expect(Object.keys(admin).filter((operationId) => !descriptions.has(operationId))).toEqual([]);
});

test('the table of operations for administrators is up to date', async () => {
  await expect(drawAdministration(admin, descriptions)).toMatchFileSnapshot(
    '../../../docs/reference/administration-api.md',
  );
});
