export { launchBrowser } from './chromium.ts';
export { challengeOf, DEVICE_GRANT, OAuthTestClient, REDIRECT_URI, scopeOf, VERIFIER } from './oauth-test-client.ts';
export { formOf, PageBrowser, type SeenPage } from './page-browser.ts';
export { MovableClock } from './movable-clock.ts';
export { SeededRandom } from './seeded-random.ts';
export { passwordOf, startHomeserver, type StartOptions, type TestHomeserver } from './start-homeserver.ts';
export { TestClient, UnexpectedAnswer, type Answer, type Method, type TestUser } from './test-client.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { startTestPostgres, type Connection, type TestPostgres } from './test-postgres.ts';
