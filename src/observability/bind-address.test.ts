import { expect, test } from 'vitest';
import { parseBindAddress } from './bind-address.ts';

test.each([
  { text: ':8443', want: { port: 8443 } },
  { text: '127.0.0.1:0', want: { host: '127.0.0.1', port: 0 } },
  { text: 'localhost:80', want: { host: 'localhost', port: 80 } },
  { text: '[::1]:8081', want: { host: '::1', port: 8081 } },
  { text: '0', want: undefined },
])('the bind address $text is read (O-3.1)', ({ text, want }) => {
  expect(parseBindAddress(text)).toEqual(want);
});

test.each(['', '8443', 'host', ':', ':99999', '::1:80', 'host:port'])('%j is no bind address', (text) => {
  expect(() => parseBindAddress(text)).toThrow(`bind address ${JSON.stringify(text)} is no host:port`);
});
