import { Client } from 'pg';
const connect = Client.prototype.connect as any;
(Client.prototype as any).connect = function (this: any, ...args: any[]) { this.on('error', () => undefined); return connect.apply(this, args); };
