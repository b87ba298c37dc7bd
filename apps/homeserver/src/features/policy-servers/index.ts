export { PolicyServers } from './policy-servers.ts';
