/** What a login leaves on this device. */
export interface Credentials {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const KEY = 'stafette.session';

export function loadCredentials(storage: Storage): Credentials | undefined {
  const stored = storage.getItem(KEY);
  if (stored === null) return undefined;
  // Written by saveCredentials below.
  return JSON.parse(stored) as Credentials;
}

export function saveCredentials(storage: Storage, credentials: Credentials): void {
  storage.setItem(KEY, JSON.stringify(credentials));
}

export function forgetCredentials(storage: Storage): void {
  storage.removeItem(KEY);
}
