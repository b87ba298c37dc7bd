import type { JsonObject } from '../json.ts';

/**
 * The kinds of push rules in the order in which they are asked. `postcontent` holds rules of the server alone.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4306
 */
export const pushRuleKinds = ['override', 'content', 'postcontent', 'room', 'sender', 'underride'] as const;

export type PushRuleKind = (typeof pushRuleKinds)[number];

/** `notify`, or an object that sets a tweak. Actions from clients keep members that this server does not know. */
export type PushAction = string | JsonObject;

/**
 * A push rule, named as on the wire: clients read it, change it and get it back as it is.
 * https://spec.matrix.org/v1.19/client-server-api/#push-rules
 */
export interface PushRule {
  readonly rule_id: string;
  readonly default: boolean;
  readonly enabled: boolean;
  readonly actions: readonly PushAction[];
  /** Only `override`, `postcontent` and `underride`: all must hold. */
  readonly conditions?: readonly JsonObject[];
  /** Only `content`: a glob for `content.body`. */
  readonly pattern?: string;
}

/** A user's rules by kind, the most important first. */
export type PushRuleset = Readonly<Record<PushRuleKind, readonly PushRule[]>>;

/** Stands above all other rules, the user's included. */
export const masterRuleId = '.m.rule.master';
