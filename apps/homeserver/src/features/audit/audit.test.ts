import type { UserId } from '@stafette/protocol';
import { startHomeserver, type TestClient, type TestHomeserver } from '@stafette/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Audit } from './index.ts';

let server: TestHomeserver;
let audit: Audit;
let asAdmin: TestClient;
let admin: UserId;
beforeAll(async () => {
  server = await startHomeserver();
  audit = new Audit({ database: server.database.database, clock: server.clock });
  const administrator = await server.registerAdministrator('admin');
  // Registered by the server itself.
  admin = administrator.userId as UserId;
  asAdmin = server.as(administrator);
  const note = async (target: string) => audit.noteFirst({ actor: admin, action: 'room.block', target });
  for (const target of ['!a:test.example', '!b:test.example', '!a:test.example']) await note(target);
});
afterAll(async () => server.stop());

const path = '/_stafette/admin/v1/audit';

describe('the audit log', () => {
  test('is read in pages, the newest first', async () => {
    const entry = { ts: server.clock.nowMs(), actor: admin, action: 'room.block' };
    const first = await asAdmin.get<{ next_token: number }>(`${path}?limit=2`);
    expect(first).toMatchObject({
      entries: [
        { ...entry, target: '!a:test.example' },
        { ...entry, target: '!b:test.example' },
      ],
    });
    const last = await asAdmin.get(`${path}?limit=2&from=${first.next_token}`);
    expect(last).toEqual({ entries: [{ id: 1, ...entry, target: '!a:test.example' }] });
  });

  test('is narrowed to a person or to what was done something to', async () => {
    const length = async (query: string) =>
      (await asAdmin.get<{ entries: unknown[] }>(`${path}?${query}`)).entries.length;
    expect(await length(`target=${encodeURIComponent('!a:test.example')}`)).toBe(2);
    expect(await length(`actor=${encodeURIComponent(admin)}`)).toBe(3);
    expect(await length(`actor=${encodeURIComponent('@other:test.example')}`)).toBe(0);
  });

  test('keeps nothing of what was rolled back', async () => {
    const failing = server.database.database.write(async (tx) => {
      await audit.note(tx, { actor: admin, action: 'room.delete', target: '!c:test.example' });
      throw new Error('the deed failed');
    });
    await expect(failing).rejects.toThrow('the deed failed');
    expect(await asAdmin.get(`${path}?target=!c:test.example`)).toEqual({ entries: [] });
  });

  test('is for administrators, and refuses what is no page', async () => {
    const asAnna = server.as(await server.register('anna'));
    expect(await asAnna.try('GET', path)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    for (const query of ['limit=0', 'limit=1001', 'from=0', 'from=x'])
      expect((await asAdmin.try('GET', `${path}?${query}`)).status).toBe(400);
  });
});
