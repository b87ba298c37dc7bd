/** The few words of a person's language that end up in what the models produce. */
export interface Words {
  readonly unknownPerson: string;
  readonly emptyRoom: (formerName: string | undefined) => string;
  /** "Anna, Bernd and 3 others". `othersCount` counts those not named. */
  readonly nameByMembers: (names: readonly string[], othersCount: number) => string;
}
