import { ServerProcess } from './real-server/server-process.ts';
import { TestClient } from '@stafette/testkit';
import { setTimeout as delay } from 'node:timers/promises';
const server = await ServerProcess.create([process.cwd()+'/tests/src/zzpre.ts']); await server.start();
const reg = async (n: string) => new TestClient(server.baseUrl, (await new TestClient(server.baseUrl).post<any>('/register',{username:n,password:'pw-'+n+'123456',auth:{type:'m.login.dummy'}})).access_token);
const a = await reg('a'); const rooms:string[]=[]; for (let i=0;i<4;i++) rooms.push(await a.createRoom({preset:'public_chat'}));
const senders = await Promise.all(Array.from({length:16},async(_,i)=>{const c=await reg('s'+i); await c.join(rooms[i%4]!); return c;}));
let acks=0; let last=performance.now(); let over=false; const states=new Map<number,string>();
for (const [i,c] of senders.entries()) void (async()=>{ for(let n=0;!over;n++){ for(;;){ try { states.set(i,'waiting '+n+' since '+Math.round(performance.now())); const r=await c.try('PUT',`/rooms/${rooms[i%4]}/send/m.room.message/t${n}`,{body:'x',msgtype:'m.text'}); if(r.status===200){acks++;last=performance.now();break;} states.set(i,'status '+r.status+JSON.stringify(r.body)); } catch(e){ states.set(i,String(e)); } await delay(15);} } })();
for (let k=0;k<Number(process.argv[2]??10);k++){ await delay(300+Math.random()*300); const before=acks; const t=performance.now(); await server.killPostgres(); 
 while(acks<before+17){ await delay(10); if(performance.now()-t>20000){ console.log('STALLED', acks-before, [...states].join('\n')); console.log((server as any)['loggedErrors']); 
   try { console.log('versions', (await fetch(server.baseUrl+'/_matrix/client/versions',{signal:AbortSignal.timeout(2000)})).status);} catch(e){console.log('versions',String(e));}
   try { console.log('whoami', (await a.try('GET','/account/whoami')).status);} catch(e){console.log(String(e));}
   console.log(process.pid, server.dataDirectory); process.exit(1);} }
 console.log('kill',k,'recovered in',Math.round(performance.now()-t), acks);
}
over=true; await delay(100); await server.dispose(); process.exit(0);
