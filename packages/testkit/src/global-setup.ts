import { BROKER_VARIABLE, startPostgresBroker } from './postgres-broker.ts';

/** Runs once around the whole test run. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const broker = await startPostgresBroker();
  process.env[BROKER_VARIABLE] = broker.socketPath;
  return async () => broker.stop();
}
