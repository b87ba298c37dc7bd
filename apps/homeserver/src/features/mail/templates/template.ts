/** The occasions on which the server writes to people. */
export type MailKind =
  | 'confirm-registration'
  | 'confirm-address'
  | 'reset-password'
  | 'address-in-use'
  | 'no-account'
  | 'unread-messages';

/** A mail without its link. Texts are ours alone: nothing that a person typed is put into them. */
export interface MailTemplate {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** What the link says; absent where there is none. */
  readonly link?: string;
}

/** All mails of one language, for the server of this name. */
export type MailTemplates = (serverName: string) => Readonly<Record<MailKind, MailTemplate>>;
