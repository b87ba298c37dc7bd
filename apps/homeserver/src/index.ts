/** What programs around the server may use of it: the command line, the testkit, the benches. */
export { compose, type Homeserver, type HomeserverOptions } from './compose.ts';
export {
  ConfigError,
  loadConfig,
  readSettings,
  renderConfigReference,
  type Config,
  type ConfigSource,
} from './config/index.ts';
export { Database } from './database/database.ts';
export { migrate, migrationStatus, readMigrations } from './database/migrate.ts';
export { withClient } from './database/postgres/connection.ts';
export { sql } from './database/sql.ts';
export {
  openPostgres,
  prepareDataDirectory,
  type PostgresConfig,
  type PostgresHandle,
} from './database/postgres/index.ts';
export { Listener } from './http/listener.ts';
export { processEnvironment, type Environment } from './platform/environment.ts';
export { lockInstance } from './platform/instance-lock.ts';
export { systemClock, type Clock } from './platform/clock.ts';
export { silentLog, type Log } from './platform/log.ts';
export { systemRandom, type Random } from './platform/random.ts';
export { runServer, type RunOptions } from './run-server.ts';
export { startServer, type RunningServer } from './start-server.ts';
export { VERSION } from './version.ts';
