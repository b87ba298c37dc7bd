import { clientServer } from '@stafette/contracts';
import { expect, test } from 'vitest';
import { toRequest } from './request.ts';

test('path parameters are encoded, absent query members are left out and lists repeat their name', () => {
  const request = toRequest(clientServer.getKeysChanges, { query: { from: 'a b', to: ['x', 'y'], absent: undefined } });
  expect(request).toEqual({
    method: 'GET',
    target: '/_matrix/client/v3/keys/changes?from=a+b&to=x&to=y',
    body: undefined,
  });
  const params = { eventType: 'm.room/../x', txnId: '?' };
  expect(toRequest(clientServer.sendToDevice, { params, body: { messages: {} } })).toEqual({
    method: 'PUT',
    target: '/_matrix/client/v3/sendToDevice/m.room%2F..%2Fx/%3F',
    body: '{"messages":{}}',
  });
});

test('a missing path parameter is refused, and a POST without a body sends an empty object', () => {
  expect(() => toRequest(clientServer.sendToDevice, { params: { txnId: 't' } })).toThrow('eventType');
  expect(toRequest(clientServer.logout, {}).body).toBe('{}');
});
