export { formatAddress, parseAddress, reachableAddress } from './address.ts';
export { ConfigError } from './config-error.ts';
export {
  agencyFeatures,
  type AdministrationConfig,
  type Address,
  type CallsConfig,
  type Config,
  type ConformanceConfig,
  type DelayedEventsConfig,
  type ServerNoticesConfig,
  type Features,
  type ListenerConfig,
  type RetentionConfig,
  type TurnConfig,
} from './config.ts';
export { CONFORMANCE_WARNING, conformanceFeatures, loadConformanceConfig } from './conformance.ts';
export { claimDataMode } from './data-mode.ts';
export { bundledWebDirectory, loadConfig, readSettings, type ConfigSource } from './load.ts';
export { renderConfigReference } from './reference.ts';
