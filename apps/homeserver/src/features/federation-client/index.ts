export { FederationCircle } from './circle.ts';
export { FederationClient, type FederationRequest, type FederationResponse } from './federation-client.ts';
export { lookUp } from './look-up.ts';
