import type { BodyOf, clientServer } from '@stafette/contracts';
import type { JsonObject } from '@stafette/protocol';

/** A request of sliding sync, as it is deployed. */
export type SlidingRequestBody = BodyOf<typeof clientServer.simplifiedSlidingSync>;

export interface SlidingQuestion {
  readonly pos?: string | undefined;
  readonly timeout?: number;
  readonly body?: SlidingRequestBody;
  readonly deviceId?: string;
}

export interface SlidingEvent {
  readonly type: string;
  readonly event_id: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: JsonObject;
  readonly unsigned?: JsonObject;
}

/** An event of which a client needs no more than that. */
interface TypedContent {
  readonly type: string;
  readonly content: JsonObject;
}

export interface SlidingRoom {
  readonly initial?: boolean;
  readonly membership?: string;
  readonly name?: string | null;
  readonly avatar?: string | null;
  readonly is_dm?: boolean;
  readonly heroes?: readonly { readonly user_id: string; readonly displayname?: string }[];
  readonly joined_count?: number;
  readonly invited_count?: number;
  readonly notification_count?: number;
  readonly highlight_count?: number;
  readonly required_state?: readonly SlidingEvent[];
  readonly timeline?: readonly SlidingEvent[];
  readonly prev_batch?: string;
  readonly limited?: boolean;
  readonly num_live?: number;
  readonly bump_stamp?: number;
  readonly unstable_expanded_timeline?: boolean;
  readonly invite_state?: readonly {
    readonly type: string;
    readonly state_key: string;
    readonly content: JsonObject;
  }[];
}

export interface SlidingBody {
  readonly pos: string;
  readonly txn_id?: string;
  readonly lists: Readonly<Record<string, { readonly count: number }>>;
  readonly rooms: Readonly<Record<string, SlidingRoom>>;
  readonly extensions: {
    readonly to_device?: { readonly next_batch: string; readonly events: readonly TypedContent[] };
    readonly e2ee?: {
      readonly device_lists?: { readonly changed: readonly string[]; readonly left: readonly string[] };
      readonly device_one_time_keys_count: Readonly<Record<string, number>>;
      readonly device_unused_fallback_key_types: readonly string[];
    };
    readonly account_data?: {
      readonly global: readonly TypedContent[];
      readonly rooms: Readonly<Record<string, readonly TypedContent[]>>;
    };
    readonly receipts?: { readonly rooms: Readonly<Record<string, TypedContent>> };
    readonly typing?: { readonly rooms: Readonly<Record<string, TypedContent>> };
  };
}
