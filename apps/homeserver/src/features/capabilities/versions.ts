/** The newest version of the specification of which every operation is here; see docs/reference/client-server-api.md. */
const NEWEST_MINOR = 19;

/** Versions of the specification that clients may rely on. They look for single ones, so each is listed. */
export const VERSIONS: readonly string[] = [
  'r0.6.1',
  ...Array.from({ length: NEWEST_MINOR }, (_, minor) => `v1.${minor + 1}`),
];

/** What differs from server to server and clients are told. */
export interface Announced {
  readonly defaultRoomVersion: string;
  readonly isEncryptionForced: boolean;
  /** The server has an address, and with it OAuth 2.0 and pages of its own. */
  readonly hasPages: boolean;
  /** Whether accounts can have mail addresses. */
  readonly hasMail: boolean;
  /** Threads are quiet to those who do not follow them. */
  readonly quietThreads: boolean;
  readonly delayedEvents: { readonly maxDelayMs: number; readonly maxPerUser: number };
  /** In base64url; clients subscribe to Web Push with it. */
  readonly vapidPublicKey: string;
}

/** Features beyond those versions, by the names under which clients look for them. */
export const unstableFeatures = ({
  isEncryptionForced,
  hasPages,
  quietThreads,
  delayedEvents,
}: Announced): Readonly<Record<string, boolean>> => ({
  // Cross-signing, from before it had a version.
  'org.matrix.e2e_cross_signing': true,
  // Private read receipts and threads, with receipts of their own.
  'org.matrix.msc2285.stable': true,
  'org.matrix.msc3440.stable': true,
  'org.matrix.msc3771': true,
  'org.matrix.msc3773': true,
  // Room state at the end of the timeline in /sync.
  'org.matrix.msc4222': true,
  // Sliding sync, simplified.
  'org.matrix.simplified_msc3575': true,
  // A token for logging in on another device.
  'org.matrix.msc3882': true,
  // Profile fields with names of their own.
  'uk.tcpip.msc4133': true,
  'uk.tcpip.msc4133.stable': true,
  // Profiles in sliding sync.
  'org.matrix.msc4262': true,
  // Events that the server sends later.
  'org.matrix.msc4140': delayedEvents.maxPerUser > 0,
  // Following threads, with the push rules that go with it.
  'org.matrix.msc4306': quietThreads,
  // How long messages are kept.
  'org.matrix.msc1763': true,
  // The directory by types of rooms; relations of relations.
  'org.matrix.msc3827.stable': true,
  'org.matrix.msc3981': true,
  // Removing account data.
  'org.matrix.msc3391': true,
  // Filters that look at how events relate to others.
  'org.matrix.msc3874': true,
  // Refusing invitations, all or by lists of people and servers.
  'org.matrix.msc4380.stable': true,
  'org.matrix.msc4155': true,
  // The rooms that one shares with somebody.
  'uk.half-shot.msc2666.query_mutual_rooms': true,
  'uk.half-shot.msc2666.query_mutual_rooms.stable': true,
  // Pushers that other devices switch on and off, and pushers of kind webpush.
  'org.matrix.msc3881': true,
  'org.matrix.msc3881.stable': true,
  'org.matrix.msc4174': true,
  // Notes between two devices while one logs the other in.
  'org.matrix.msc4108': hasPages,
  'io.element.msc4388': hasPages,
  // Whether new rooms are encrypted whatever a client asks for.
  'io.element.e2ee_forced.public': false,
  'io.element.e2ee_forced.private': isEncryptionForced,
  'io.element.e2ee_forced.trusted_private': isEncryptionForced,
});
