// Type-checked rules for all TypeScript, and the table of who may import whom (see ARCHITECTURE.md).
import tseslint from 'typescript-eslint';

/** Forbids imports by pattern; every message says where the thing belongs instead. */
function zone(folder, forbidden) {
  return {
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: forbidden.map(([regex, message]) => ({ regex, message })) },
      ],
    },
  };
}

const layer = (names) => `^(\\.\\./)+(${names})(/|$)`;
const vscode = ['^vscode$', 'Only src/extension talks to VS Code.'];
const node = ['^node:', 'This folder runs anywhere: no Node.'];
const native = ['^node-llama-cpp', 'Only src/worker/llama loads native code.'];
const other = (names) => [layer(names), 'ARCHITECTURE.md says who may import whom.'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'out/',
      'artifacts/',
      '.cache/',
      'node_modules/',
      'media/demo-workspace/',
      '**/*.mjs',
      '**/*.cjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Mocha's `it` returns nothing to await, and tests look into places where types promise less than they know.
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  zone('src/shared', [vscode, node, native, other('planner|hub|worker|client|extension|cli|webview')]),
  zone('src/planner', [vscode, node, native, other('hub|worker|client|extension|cli|webview')]),
  zone('src/client', [vscode, native, other('planner|hub|worker|extension|cli|webview')]),
  zone('src/hub', [vscode, native, other('worker|client|extension|cli|webview')]),
  zone('src/worker', [vscode, native, other('planner|hub|client|extension|cli|webview')]),
  zone('src/worker/llama', [vscode, other('planner|hub|client|extension|cli|webview')]),
  zone('src/extension', [native, other('hub|worker|cli|webview')]),
  zone('src/cli', [vscode, native, other('hub|worker|extension|webview')]),
  zone('webview', [
    vscode,
    node,
    native,
    ['^vscode-jsonrpc', 'The view imports types only.'],
    other('planner|hub|worker|client|extension|cli'),
  ]),
);
