import { readFileSync } from 'node:fs';
import { Client, UnreachableError } from '@stafette/client';
import { admin, MatrixError } from '@stafette/contracts';
import type { ExitCode, Output } from '../output.ts';

export interface InvitationsCreateOptions {
  readonly server: string;
  /** Holds an administrator's access token: secrets are never arguments, which every user of the machine can see. */
  readonly tokenFile: string;
  readonly name?: string | undefined;
  readonly admin?: boolean | undefined;
  readonly json?: boolean | undefined;
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** `stafette invitations create`: a one-time code for one person. */
export async function invitationsCreate(options: InvitationsCreateOptions, output: Output): Promise<ExitCode> {
  const accessToken = readToken(options.tokenFile);
  if (accessToken === undefined || accessToken === '') {
    output.complain(`${options.tokenFile} cannot be read or is empty; put an administrator's access token into it`);
    return 2;
  }
  try {
    const client = new Client({ baseUrl: options.server, accessToken });
    const invitation = await client.call(admin.createInvitation, {
      body: { is_admin: options.admin === true, ...(options.name === undefined ? {} : { display_name: options.name }) },
    });
    output.say(options.json === true ? JSON.stringify(invitation) : `${options.server}/register#${invitation.code}`);
    return 0;
  } catch (error) {
    if (!(error instanceof MatrixError) && !(error instanceof UnreachableError)) throw error;
    output.complain(`No invitation was made: ${error.message}`);
    return 1;
  }
}
