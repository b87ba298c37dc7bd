import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Families that exist under Synapse's names too, so that boards made for it keep working. Labels are Synapse's. */
const ALIASED = [
  'http_server_response_time_seconds',
  'http_server_requests_received_total',
  'http_server_in_flight_requests_count',
  'storage_events_persisted_events_total',
  'build_info',
] as const;

const OWN_PREFIX = 'stafette_';

/** The process's measurements, read by Prometheus from the operations listener. */
export interface Metrics {
  /** A family of one's own: `new Counter({ name: 'stafette_...', registers: [metrics.registry] })`. */
  readonly registry: Registry;
  readonly eventsPersisted: Counter;
  /** Reads a listener's open requests at each scrape; several listeners add up. */
  watchInFlight(count: () => number): void;
  /** Once per answer, with the operation's id. */
  observeRequest(operationId: string, method: string, status: number, seconds: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const aliasPattern = new RegExp(
  `^(# (?:HELP|TYPE) )?${OWN_PREFIX}((?:${ALIASED.join('|')})(?:_bucket|_sum|_count)?[ {].*)$`,
);

/** The same samples again under the other prefix: counting twice would cost at every request, this only at every scrape. */
function withAliases(text: string): string {
  const aliases: string[] = [];
  for (const line of text.split('\n')) {
    const match = aliasPattern.exec(line);
    if (match) aliases.push(`${match[1] ?? ''}synapse_${match[2] ?? ''}`);
  }
  return `${text}${aliases.join('\n')}\n`;
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const responseTime = new Histogram({
    name: `${OWN_PREFIX}http_server_response_time_seconds`,
    help: 'Time to answer a request',
    labelNames: ['servlet', 'method', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const requests = new Counter({
    name: `${OWN_PREFIX}http_server_requests_received_total`,
    help: 'Requests answered',
    labelNames: ['servlet', 'method'],
    registers,
  });
  const inFlightCounts: (() => number)[] = [];
  new Gauge({
    name: `${OWN_PREFIX}http_server_in_flight_requests_count`,
    help: 'Requests being answered, long polls included',
    registers,
    collect() {
      this.set(inFlightCounts.reduce((sum, count) => sum + count(), 0));
    },
  });
  const eventsPersisted = new Counter({
    name: `${OWN_PREFIX}storage_events_persisted_events_total`,
    help: 'Events made durable',
    registers,
  });
  new Gauge({
    name: `${OWN_PREFIX}build_info`,
    help: 'The running version',
    labelNames: ['version', 'nodeversion'],
    registers,
  }).set({ version, nodeversion: process.versions.node }, 1);
  return {
    registry,
    eventsPersisted,
    watchInFlight: (count) => void inFlightCounts.push(count),
    observeRequest(operationId, method, status, seconds) {
      requests.inc({ servlet: operationId, method });
      responseTime.observe({ servlet: operationId, method, code: String(status) }, seconds);
    },
    contentType: registry.contentType,
    text: async () => withAliases(await registry.metrics()),
  };
}
