import assert from 'node:assert/strict';
import { indentationOf, reindent } from '../../../../src/extension/inline/indentation';

describe('reindent', () => {
  const cases: [name: string, code: string, indentation: string, expected: string][] = [
    ['code at the left edge moves in', 'if (a) {\n  b();\n}', '    ', '    if (a) {\n      b();\n    }'],
    ['code that is right stays', '    a\n    b', '    ', '    a\n    b'],
    ['code that is too far in moves out', '      a\n        b', '  ', '  a\n    b'],
    ['tabs replace spaces', '  a\n    b', '\t', '\ta\n\t  b'],
    ['blank lines stay blank', 'a\n\nb', '  ', '  a\n\n  b'],
    ['a line left of the first keeps its text', '    a\n  b', '', 'a\nb'],
  ];
  for (const [name, code, indentation, expected] of cases) {
    it(name, () => assert.equal(reindent(code, indentation), expected));
  }

  it('finds the first line that is not blank', () => {
    assert.equal(indentationOf('\n   \n\t x\ny'), '\t ');
    assert.equal(indentationOf(''), '');
  });
});
