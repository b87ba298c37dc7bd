/** Somebody, as the interface shows them: a user id is opaque and only serves to tell two people apart. */
export interface Person {
  readonly userId: string;
  readonly name: string;
}
