import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../src/cli/strict-json.js';

describe('parseStrictJson', () => {
  it('reads what the language reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (!text.includes('"__proto__"')) expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });

  it.each([
    ['{"a": 1, "a": 2}', /^a: .*"a" stands twice/],
    ['{"a": [{"b": 1}, {"b": {"c": 1, "d": [1, 2], "c": 2}}]}', /^a\[1\]\.b\.c: .*stands twice/],
    ['{"a": {"x": 1}, "b": [[], {"y": 1, "\\u0079": 2}]}', /^b\[1\]\.y: .*stands twice/],
    ['{"a": {"__proto__": {}}}', /^a\.__proto__: .*__proto__/],
  ])('refuses %s', (text, message) => {
    expect(() => parseStrictJson(text)).toThrow(message);
  });

  it.each(['{"a": {"b": 1}, "c": {"b": 1}}', '{"a": "a", "b": ["a", "a", "{,}"]}', '{"a\\"": 1, "a": 2}'])(
    'takes %s',
    (text) => {
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    },
  );
});
