/** Writes docs/reference/config.md from the configuration's schema. A test fails when the page is stale. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderConfigReference } from '@stafette/homeserver';
import { repositoryRoot } from './repository.ts';

const path = join(repositoryRoot, 'docs/reference/config.md');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, renderConfigReference());
