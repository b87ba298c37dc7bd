export { formatAddress, parseAddress, reachableAddress } from './address.ts';
export { ConfigError } from './config-error.ts';
export {
  agencyFeatures,
  type Address,
  type Config,
  type ConformanceConfig,
  type Features,
  type ListenerConfig,
} from './config.ts';
export { CONFORMANCE_WARNING, conformanceFeatures, loadConformanceConfig } from './conformance.ts';
export { claimDataMode } from './data-mode.ts';
export { bundledWebDirectory, loadConfig, readSettings, type ConfigSource } from './load.ts';
export { renderConfigReference } from './reference.ts';
