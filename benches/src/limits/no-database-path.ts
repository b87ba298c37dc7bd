import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { SENDERS, TEXT } from '../cases/sends.ts';
import { closedLoop, type LoopResult } from '../load/closed-loop.ts';

const SERVER = fileURLToPath(new URL('./no-database-server.ts', import.meta.url));

/** 128 senders against the server's HTTP path, event building and signature, without storage. */
export async function measureNoDatabasePath(
  port: number,
  times: { readonly warmUpMs: number; readonly measureMs: number },
): Promise<LoopResult> {
  const child = spawn(process.execPath, [SERVER, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: SENDERS, pipelining: 1 });
  try {
    await once(child.stdout, 'data');
    const body = JSON.stringify({ msgtype: 'm.text', body: TEXT });
    let txn = 0;
    return await closedLoop({ callers: SENDERS, ...times }, async () => {
      txn += 1;
      const response = await pool.request({
        method: 'PUT',
        path: `/_matrix/client/v3/rooms/!probe:bench/send/m.room.message/t${txn}`,
        headers: { 'content-type': 'application/json', authorization: 'Bearer probe' },
        body,
      });
      await response.body.text();
      if (response.statusCode !== 200) throw new Error(`the limit server answered ${response.statusCode}`);
    });
  } finally {
    await pool.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
