import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom, type RunningServer } from '@stafette/homeserver';
import { inviteAndRegister, setUpAgency, type Login } from './accounts.ts';
import { colleagues, conversations } from './cast.ts';
import { converse } from './converse.ts';
import { openMember, waitForBackup, type Member } from './member.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The logins of an earlier seeding are printed again. */
const loginsFile = (dataDirectory: string): string => join(dataDirectory, 'demo-logins.txt');

const newPassword = (): string => systemRandom.token(9);

function describe({ login, recoveryKey }: Member): string {
  return [
    `  ${login.displayName}`,
    `    login name    ${login.loginName}`,
    `    password      ${login.password}`,
    `    recovery key  ${recoveryKey}`,
  ].join('\n');
}

/**
 * Fills a fresh server with an agency, people, rooms and history, all over the interfaces that browsers use, encrypted
 * as theirs. On a server that has an agency already it prints the logins again.
 */
export async function seedDemo({ url, setupCode }: RunningServer, dataDirectory: string): Promise<void> {
  const file = loginsFile(dataDirectory);
  if (setupCode === undefined) {
    say(
      existsSync(file)
        ? readFileSync(file, 'utf8')
        : 'This server has an agency of its own, so nothing was added to it.',
    );
    return;
  }
  say('Filling the demonstration with people and conversations ...');
  const admin = await setUpAgency(url, setupCode, newPassword());
  const logins: Login[] = [admin];
  for (const person of colleagues) logins.push(await inviteAndRegister(url, admin, person, newPassword()));
  const members = new Map<string, Member>();
  for (const login of logins) members.set(login.loginName, await openMember(url, login));
  try {
    for (const { login, client } of members.values()) await client.setDisplayName(login.displayName);
    for (const conversation of conversations) await converse(conversation, members);
    await Promise.all([...members.values()].map(waitForBackup));
  } finally {
    for (const { client } of members.values()) client.stopClient();
  }
  const text = ['', `The people of the demonstration, at ${url}:`, '', ...[...members.values()].map(describe), ''].join(
    '\n',
  );
  writeFileSync(file, text, { mode: 0o600 });
  say(text);
}
