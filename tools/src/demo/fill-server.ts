/**
 * Fills a fresh server with people and conversations. A program of its own: the clients of all those people write a lot
 * to their terminal, and their keys are not the server's business. Reads `{ url, setupCode }` from its input, and writes
 * what people need to log in to the file that its argument names.
 */
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { systemRandom } from '@stafette/homeserver';
import { inviteAndRegister, setUpAgency, type Login } from './accounts.ts';
import { colleagues, conversations } from './cast.ts';
import { converse } from './converse.ts';
import { textOf } from './http.ts';
import { openMember, waitForBackup, type Member } from './member.ts';

const newPassword = (): string => systemRandom.token(12);

function describe({ login, recoveryKey }: Member): string {
  return [
    `  ${login.displayName}`,
    `    login name    ${login.loginName}`,
    `    password      ${login.password}`,
    `    recovery key  ${recoveryKey}`,
  ].join('\n');
}

const [loginsFile] = process.argv.slice(2);
if (loginsFile === undefined) throw new Error('the file for the logins is missing');
// Written by seed.ts; textOf checks the members.
const input = JSON.parse(await text(process.stdin)) as Readonly<Record<string, unknown>>;
const url = textOf(input, 'url');

const admin = await setUpAgency(url, textOf(input, 'setupCode'), newPassword());
const logins: Login[] = [admin];
for (const person of colleagues) logins.push(await inviteAndRegister(url, admin, person, newPassword()));
const members = new Map<string, Member>();
for (const login of logins) members.set(login.loginName, await openMember(url, login));
for (const { login, client } of members.values()) await client.setDisplayName(login.displayName);
for (const conversation of conversations) await converse(conversation, members);
await Promise.all([...members.values()].map(waitForBackup));
writeFileSync(
  loginsFile,
  [`The people of the demonstration, at ${url}:`, ...[...members.values()].map(describe), ''].join('\n\n'),
  {
    mode: 0o600,
  },
);
// The clients would go on to sync.
process.exit(0);
