import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

const valueOf = (text: string, sample: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${sample} `))
    ?.slice(sample.length + 1);

test('what is counted is read under our own and under the familiar name', async () => {
  const metrics = createMetrics('0.0.0');
  metrics.eventsPersisted.inc(3);
  const waiting = [2, 5];
  for (const count of waiting) metrics.watchInFlight(() => count);
  metrics.observeRequest('sync', 'GET', 200, 0.01);
  const text = await metrics.text();
  for (const prefix of ['stafette', 'synapse']) {
    expect(valueOf(text, `${prefix}_storage_events_persisted_events_total`)).toBe('3');
    expect(valueOf(text, `${prefix}_http_server_in_flight_requests_count`)).toBe('7');
    expect(valueOf(text, `${prefix}_http_server_requests_received_total{servlet="sync",method="GET"}`)).toBe('1');
  }
});
