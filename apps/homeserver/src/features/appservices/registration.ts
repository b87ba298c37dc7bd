import type { NamespaceTest } from './namespace-pattern.ts';

/** A set of identifiers that a service is interested in. */
export interface Namespace {
  /** Nobody but the service may make what is in it. */
  readonly isExclusive: boolean;
  readonly test: NamespaceTest;
}

/** What an operator's file says about an application service. https://spec.matrix.org/v1.19/application-service-api/#registration */
export interface AppserviceRegistration {
  readonly id: string;
  /** Where the service listens, without a slash at the end; undefined when it wants to be told nothing. */
  readonly url: string | undefined;
  readonly asToken: string;
  readonly hsToken: string;
  readonly senderLocalpart: string;
  readonly namespaces: {
    readonly users: readonly Namespace[];
    readonly aliases: readonly Namespace[];
    readonly rooms: readonly Namespace[];
  };
  readonly isRateLimited: boolean;
  /** Networks that it bridges. */
  readonly protocols: readonly string[];
  /** Whether it encrypts for its users, and needs to know of devices for that. */
  readonly wantsDeviceNews: boolean;
  /** Under which names it wants to be told of typing, receipts and messages to devices. */
  readonly ephemeral: { readonly stable: boolean; readonly unstable: boolean };
}
