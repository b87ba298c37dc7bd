export { openPushDelivery, type PushDelivery } from './open-push-delivery.ts';
