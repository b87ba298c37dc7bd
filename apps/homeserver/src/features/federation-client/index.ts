export { FederationClient, type FederationRequest, type FederationResponse } from './federation-client.ts';
