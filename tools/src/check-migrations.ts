/** Two branches may take the same number for a migration, each of them rightly: what fails then is here, and not a start. */
import { readMigrations } from '@stafette/homeserver/database/migrate.ts';

console.log(`${(await readMigrations()).length} migrations`);
