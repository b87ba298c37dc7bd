import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Listener } from '@stafette/homeserver';
import type { TestAuthority } from './test-authority.ts';

/** Where a server is reached by others, known before there is one: servers that are to know each other need names first. */
export interface TestPlace {
  /** `localhost:<port>` */
  readonly serverName: string;
  readonly listener: Listener;
}

/** A port with TLS under a certificate of the authority. Whatever server is started there closes it. */
export async function openTestPlace(authority: TestAuthority): Promise<TestPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'stafette-place-'));
  const [certificateFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const { cert, key } = authority.issue(['localhost']);
  await Promise.all([writeFile(certificateFile, cert), writeFile(keyFile, key)]);
  const listener = new Listener();
  const port = await listener.listen({ host: '127.0.0.1', port: 0, tls: { certificateFile, keyFile } });
  await rm(directory, { recursive: true });
  return { serverName: `localhost:${port}`, listener };
}
