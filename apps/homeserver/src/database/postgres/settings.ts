import { usableMemoryBytes } from '../../platform/memory.ts';
import type { PostgresArea } from './area.ts';

const MIB = 1024 * 1024;

/** A quarter of the memory, but not more than 1 GiB: the system's file cache serves the rest as well. */
const sharedBuffersMib = (memoryBytes: number): number =>
  Math.max(32, Math.min(1024, Math.floor(memoryBytes / 4 / MIB)));

/**
 * What the embedded PostgreSQL runs with. `overrides` are the operator's. Nothing listens on the network: the bundled
 * TLS library is out of support, and nobody but this server has business there.
 */
export function embeddedSettings(
  area: PostgresArea,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    shared_buffers: `${sharedBuffersMib(usableMemoryBytes())}MB`,
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    wal_compression: 'on',
    checkpoint_timeout: '15min',
    synchronous_commit: 'on',
    max_connections: '64',
    jit: 'off',
    random_page_cost: '1.1',
    idle_in_transaction_session_timeout: '60s',
    // Statements and parameters hold what people wrote.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    timezone: 'UTC',
    ...overrides,
    listen_addresses: '',
    unix_socket_directories: area.socketDirectory,
    unix_socket_permissions: '0700',
    port: '5432',
  };
}

/** As arguments of the program, which the cluster's own files cannot override. */
export const settingArguments = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
