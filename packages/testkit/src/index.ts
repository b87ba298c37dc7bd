export { launchBrowser } from './chromium.ts';
export { MovableClock } from './movable-clock.ts';
export { SeededRandom } from './seeded-random.ts';
export { passwordOf, startHomeserver, type StartOptions, type TestHomeserver } from './start-homeserver.ts';
export { TestClient, UnexpectedAnswer, type Answer, type Method, type TestUser } from './test-client.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { startTestPostgres, type Connection, type TestPostgres } from './test-postgres.ts';
