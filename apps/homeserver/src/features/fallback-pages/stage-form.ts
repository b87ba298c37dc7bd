import type { JsonObject } from '@stafette/protocol';
import { RESET_STAGES } from '../account-pages/index.ts';
import { field, type Html, type Messages, passwordField, VERBATIM } from '../browser-login/index.ts';
import { CODE_STAGE, EMAIL_STAGE, OPEN_STAGE, PASSWORD_STAGE } from '../identity/index.ts';

/** What somebody did on the page of a stage. */
export interface TypedStage {
  readonly token?: string;
  readonly password?: string;
  /** The id of a proof of an address, and the secret of whoever asked for it. */
  readonly proof?: string;
  readonly csrf: string;
}

/** A stage as a form, and as what a client would send of it. */
interface StageForm {
  readonly fields: (m: Messages) => readonly Html[];
  readonly shownBy: (typed: TypedStage) => JsonObject;
}

const open: StageForm = { fields: () => [], shownBy: () => ({}) };

const code: StageForm = {
  fields: (m) => [
    field('token', m.invitationCode, { hint: m.invitationHint, autocomplete: 'one-time-code', ...VERBATIM }),
  ],
  shownBy: ({ token = '' }) => ({ token }),
};

const password: StageForm = {
  fields: (m) => [passwordField(m.password)],
  shownBy: ({ password: typed = '' }) => ({ password: typed }),
};

/** The address was typed before, and its proof is waited for. */
const email: StageForm = {
  fields: () => [],
  shownBy: ({ proof = '', csrf }) => ({ threepid_creds: { sid: proof, client_secret: csrf } }),
};

/** By the stage; every stage that this server asks for has its form here. */
export const stageForms: ReadonlyMap<string, StageForm> = new Map([
  [OPEN_STAGE, open],
  [CODE_STAGE, code],
  [PASSWORD_STAGE, password],
  [EMAIL_STAGE, email],
  ...RESET_STAGES.map((stage) => [stage, password] as const),
]);
