import { forbidden, invalidParam, MatrixError, type BodyOf, type clientServer } from '@stafette/contracts';
import {
  findRoomVersion,
  parseRoomAlias,
  parseUserId,
  serverNameOf,
  type JsonObject,
  type RoomAlias,
  type RoomId,
  type RoomVersion,
  type ServerName,
  type UserId,
} from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Requester } from '../../http/requester.ts';
import type { RoomEvents } from '../room-events/index.ts';
import type { Aliases } from './aliases.ts';
import { noIdentityServer } from './no-identity-server.ts';
import { firstEvents, type Preset, type RoomPlan } from './room-template.ts';
import { setPublished } from './store.ts';

export interface RoomCreationOptions {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly aliases: Aliases;
  readonly serverName: ServerName;
  readonly defaultVersion: string;
  readonly forcesEncryption: boolean;
  /** `displayname` and `avatar_url` for member events. */
  readonly profileOf: (userId: UserId) => Promise<JsonObject>;
  /** Throws M_INVITE_BLOCKED. */
  readonly assertInvitable: (userId: UserId, inviter: UserId) => Promise<void>;
}

type CreateRequest = BodyOf<typeof clientServer.createRoom>;

/** The room version of this name; M_UNSUPPORTED_ROOM_VERSION when this server does not have it. */
export function getVersion(id: string): RoomVersion {
  const version = findRoomVersion(id);
  if (version === undefined)
    throw new MatrixError(400, 'M_UNSUPPORTED_ROOM_VERSION', 'This server does not know this room version');
  return version;
}

function readInvitee(text: string): UserId {
  const userId = parseUserId(text);
  if (userId === undefined) throw invalidParam('An invited user is not a user id');
  return userId;
}

/** Makes rooms. https://spec.matrix.org/v1.19/client-server-api/#creation */
export class RoomCreation {
  readonly #options: RoomCreationOptions;
  /** Aliases of rooms that are being made at this moment. */
  readonly #reserved = new Set<RoomAlias>();

  constructor(options: RoomCreationOptions) {
    this.#options = options;
  }

  async create({ userId: creator, service }: Requester, request: CreateRequest): Promise<RoomId> {
    const plan = await this.#plan(creator, request);
    if (plan.alias === undefined) return this.#make(plan, request.visibility === 'public');
    this.#options.aliases.assertAllowed(plan.alias, service);
    await this.#reserve(plan.alias);
    try {
      return await this.#make(plan, request.visibility === 'public');
    } finally {
      this.#reserved.delete(plan.alias);
    }
  }

  /** Makes a room of a plan; what the rules refuse in it is the request's fault. */
  async make(plan: RoomPlan): Promise<RoomId> {
    try {
      return (await this.#options.roomEvents.createRoom(plan.version, firstEvents(plan))).roomId;
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') {
        throw new MatrixError(400, 'M_INVALID_ROOM_STATE', `The room cannot be made like this. ${error.message}`);
      }
      throw error;
    }
  }

  async #make(plan: RoomPlan, isListed: boolean): Promise<RoomId> {
    const roomId = await this.make(plan);
    const room = await this.#options.roomEvents.getRoom(roomId);
    if (plan.alias !== undefined) await this.#options.aliases.insert(plan.creator, plan.alias, room.nid);
    if (isListed) await this.#options.database.write(async (tx) => setPublished(tx, room.nid, true));
    return roomId;
  }

  async #reserve(alias: RoomAlias): Promise<void> {
    const taken = new MatrixError(400, 'M_ROOM_IN_USE', 'This alias is taken');
    if (this.#reserved.has(alias)) throw taken;
    this.#reserved.add(alias);
    if ((await this.#options.aliases.find(alias)) === undefined) return;
    this.#reserved.delete(alias);
    throw taken;
  }

  async #plan(creator: UserId, request: CreateRequest): Promise<RoomPlan> {
    const { profileOf, assertInvitable, defaultVersion, forcesEncryption, serverName } = this.#options;
    if ((request.invite ?? []).some((userId) => serverNameOf(readInvitee(userId)) !== serverName)) {
      throw forbidden('Users of other servers cannot be invited here');
    }
    if ((request.invite_3pid ?? []).length > 0) throw noIdentityServer();
    const invitees = [...new Set((request.invite ?? []).map(readInvitee))].filter((userId) => userId !== creator);
    await Promise.all(invitees.map(async (userId) => assertInvitable(userId, creator)));
    const defaultPreset: Preset = request.visibility === 'public' ? 'public_chat' : 'private_chat';
    return {
      version: getVersion(request.room_version ?? defaultVersion),
      creator,
      creatorProfile: await profileOf(creator),
      preset: request.preset ?? defaultPreset,
      creationContent: request.creation_content ?? {},
      powerLevelOverride: request.power_level_content_override ?? {},
      initialState: (request.initial_state ?? []).map(({ type, state_key: stateKey, content }) => ({
        type,
        stateKey: stateKey ?? '',
        content,
      })),
      alias: this.#readAlias(request.room_alias_name),
      name: request.name === '' ? undefined : request.name,
      topic: request.topic,
      invitees: await Promise.all(invitees.map(async (userId) => ({ userId, profile: await profileOf(userId) }))),
      isDirect: request.is_direct === true,
      forcesEncryption,
    };
  }

  #readAlias(localpart: string | undefined): RoomAlias | undefined {
    if (localpart === undefined) return undefined;
    const alias = localpart.includes(':') ? undefined : parseRoomAlias(`#${localpart}:${this.#options.serverName}`);
    if (alias === undefined) throw invalidParam('The alias is not valid');
    return alias;
  }
}
