import { Counter } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Listener } from '../http/listener.ts';
import { createMetrics } from '../platform/metrics.ts';
import { operationsHandler } from './operations-handler.ts';

const listener = new Listener();
const metrics = createMetrics('1.2.3');
let url: string;
let isDatabaseUp = true;

beforeAll(async () => {
  const check = async (): Promise<void> => {
    if (!isDatabaseUp) throw new Error('down');
  };
  listener.use(operationsHandler([{ name: 'database', check }], metrics, (error) => expect.unreachable(String(error))));
  url = `http://127.0.0.1:${await listener.listen({ host: '127.0.0.1', port: 0 })}`;
});
afterAll(async () => listener.close(0));

test('readiness follows the checks, liveness does not', async () => {
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
  isDatabaseUp = false;
  const failing = await fetch(`${url}/readyz`);
  expect([failing.status, await failing.json()]).toEqual([503, { status: 'failing', checks: { database: 'failing' } }]);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

test.each(['/metrics', '/_synapse/metrics'])(
  '%s has our own names and those that boards for Synapse expect',
  async (path) => {
    metrics.eventsPersisted.inc(3);
    metrics.observeRequest('sendMessage', 'PUT', 200, 0.004);
    new Counter({ name: `stafette_own_${path.length}_total`, help: 'x', registers: [metrics.registry] });
    const text = await (await fetch(url + path)).text();
    expect(text).toMatch(/^stafette_storage_events_persisted_events_total \d+$/m);
    expect(text).toMatch(/^synapse_storage_events_persisted_events_total \d+$/m);
    expect(text).toMatch(
      /^synapse_http_server_response_time_seconds_bucket\{le="0\.005",servlet="sendMessage",method="PUT",code="200"\} \d+$/m,
    );
    expect(text).toMatch(/^# TYPE synapse_http_server_requests_received_total counter$/m);
    expect(text).toContain('synapse_build_info{version="1.2.3"');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('synapse_own');
  },
);

test('an unknown path is a 404', async () => {
  expect((await fetch(`${url}/`)).status).toBe(404);
});
