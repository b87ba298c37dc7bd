export { OutboundError, type OutboundFailure } from './outbound-error.ts';
export { Outbound, type OutboundOptions, type OutboundRequest, type OutboundResponse } from './outbound.ts';
export { findSrvTargets, type FindSrvTargets, type SrvTarget } from './srv-records.ts';
export { isPublicAddress } from './public-address.ts';
