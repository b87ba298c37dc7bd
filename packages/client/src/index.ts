export { Client, type ClientOptions, UnreachableError } from './client.ts';
export { type CallOf, type HttpRequest, toRequest } from './request.ts';
