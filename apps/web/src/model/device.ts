export interface OwnDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly isCurrent: boolean;
  readonly isVerified: boolean;
  /** Milliseconds since 1970. */
  readonly lastSeenTs: number | undefined;
}
