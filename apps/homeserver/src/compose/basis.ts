import { parseUserId, type UserId } from '@stafette/protocol';
import { JobWorker } from '../database/jobs.ts';
import { Outbound } from '../platform/outbound/index.ts';
import { Notifier } from '../streams/notifier.ts';
import type { HomeserverOptions } from './options.ts';

/** What every group of features stands on. */
export interface Basis extends Pick<
  HomeserverOptions,
  'serverName' | 'database' | 'clock' | 'random' | 'log' | 'metrics' | 'features'
> {
  readonly options: HomeserverOptions;
  readonly notifier: Notifier;
  /** Features add their kinds of work while they are composed; it starts when everything is. */
  readonly jobs: JobWorker;
  readonly outbound: Outbound;
  /** Who speaks for the server, and under which name. */
  readonly serverNotices: { readonly sender: UserId; readonly name: string };
}

const DEFAULT_SERVER_NOTICES = { localpart: '_server', name: 'Server Notices' };

export function layBasis(options: HomeserverOptions): Basis {
  const { serverName, database, clock, random, log, metrics, features, authorities } = options;
  const { localpart, name } = options.serverNotices ?? DEFAULT_SERVER_NOTICES;
  const sender = parseUserId(`@${localpart}:${serverName}`);
  if (sender === undefined) throw new TypeError("the name of the server's own account is none");
  return {
    options,
    serverName,
    database,
    clock,
    random,
    log,
    features,
    ...(metrics === undefined ? {} : { metrics }),
    notifier: new Notifier(),
    jobs: new JobWorker({ database, clock, log }),
    outbound: new Outbound({ allowsPrivateAddresses: features.privateAddresses, authorities }),
    serverNotices: { sender, name },
  };
}
