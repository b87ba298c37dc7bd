/**
 * Loaded into the server's process by the test: measures how long the event loop was held up, and tells when asked. A
 * delay counts as far as the process was computing in it: on a busy machine it may wait for a processor as well, which is
 * no fault of its own.
 */
const INTERVAL_MS = 10;

let longestMs = 0;
let lastMs = performance.now();
let lastCpu = process.cpuUsage();

setInterval(() => {
  const nowMs = performance.now();
  const cpu = process.cpuUsage(lastCpu);
  const computedMs = (cpu.user + cpu.system) / 1000;
  longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, computedMs) - INTERVAL_MS);
  lastMs = nowMs;
  lastCpu = process.cpuUsage();
}, INTERVAL_MS).unref();

process.on('message', (question) => {
  if (question === 'reset') longestMs = 0;
  process.send?.({ longestMs });
});
// The channel alone must not keep the server from ending.
process.channel?.unref();
