import { notFound, type clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { livekitTransport } from './calls.ts';

export interface WellKnown {
  /** Where clients reach this server, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** A page with help for people. */
  readonly supportPage: string | undefined;
  /** The service that lets people into calls of several. */
  readonly livekitServiceUrl: string | undefined;
  /** Ed25519 key, unpadded Base64, of the policy server that is found under this server's name. */
  readonly policyServerKey: string | undefined;
  /** Rooms that are not public are encrypted, whatever a client asks for. */
  readonly isEncryptionForced: boolean;
}

const HTTPS_PORT = 443;

export const getWellknown =
  ({ publicUrl, livekitServiceUrl, isEncryptionForced }: WellKnown): Handler<typeof clientServer.getWellknown> =>
  async () => {
    if (publicUrl === undefined) throw notFound('The address of this server is not configured');
    return {
      'm.homeserver': { base_url: publicUrl },
      // For clients from before /auth_metadata.
      'org.matrix.msc2965.authentication': { issuer: `${publicUrl}/`, account: `${publicUrl}/_stafette/account` },
      // What clients propose for a new room is then what it will be.
      ...(isEncryptionForced && { 'io.element.e2ee': { default: true } }),
      // Under one name alone: clients that know `m.rtc_foci` as another name for this refuse an answer with both.
      ...(livekitServiceUrl !== undefined && { 'org.matrix.msc4143.rtc_foci': [livekitTransport(livekitServiceUrl)] }),
    };
  };

export const getWellknownSupport =
  ({ supportPage }: WellKnown): Handler<typeof clientServer.getWellknownSupport> =>
  async () => {
    if (supportPage === undefined) throw notFound('There is no support page');
    return { support_page: supportPage };
  };

export const getWellknownPolicy =
  ({ policyServerKey }: WellKnown): Handler<typeof clientServer.getWellknownPolicy> =>
  async () => {
    if (policyServerKey === undefined) throw notFound('There is no policy server under this name');
    return { public_keys: { ed25519: policyServerKey } };
  };

/** Only what is reached by TLS can be found by other servers. */
export const getServerWellKnown =
  ({ publicUrl }: WellKnown): Handler<typeof clientServer.getServerWellKnown> =>
  async () => {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    if (url?.protocol !== 'https:') throw notFound('This server is not reached by others');
    return { 'm.server': `${url.hostname}:${url.port === '' ? HTTPS_PORT : url.port}` };
  };
