/** Loaded into the server's process by the test: measures how long the event loop was blocked, and tells when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const histogram = monitorEventLoopDelay({ resolution: 10 });
histogram.enable();
process.on('message', (question) => {
  if (question === 'reset') histogram.reset();
  // Nanoseconds; the resolution is part of each measurement.
  process.send?.({ longestMs: histogram.max / 1e6 - 10 });
});
// The channel alone must not keep the server from ending.
process.channel?.unref();
