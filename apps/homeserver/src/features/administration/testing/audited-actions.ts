import type { TestClient } from '@stafette/testkit';

/** What the audit log says was done to somebody or something, the oldest first. */
export async function auditedActions(admin: TestClient, target: string): Promise<readonly string[]> {
  const path = `/_stafette/admin/v1/audit?target=${encodeURIComponent(target)}`;
  const { entries } = await admin.get<{ entries: readonly { action: string }[] }>(path);
  return entries.map(({ action }) => action).reverse();
}
