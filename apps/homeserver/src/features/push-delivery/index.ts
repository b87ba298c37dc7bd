export { openPushDelivery, type PushDelivery } from './open-push-delivery.ts';
export type { UnreadMails } from './unread-mail.ts';
