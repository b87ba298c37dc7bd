/**
 * The server's HTTP path without a database, as a process of its own: account gate, parser, schema, canonical JSON, hashes
 * and signature as for a real send, and the answer. What a send costs beyond this is storage and distribution.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { clientServer } from '@stafette/contracts';
import { createApplication } from '@stafette/homeserver/http/application.ts';
import { bindEndpoints } from '@stafette/homeserver/http/bind-endpoints.ts';
import { buildPdu, type DeviceId, type EventId, findRoomVersion, getRoomId, getServerName, getUserId } from '@stafette/protocol';
