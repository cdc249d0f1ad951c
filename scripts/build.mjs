// Bundles every process of Hearth into dist/. `--watch` rebuilds on change, `--dev` keeps names readable.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const watch = process.argv.includes('--watch');
const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  minify: !watch && !process.argv.includes('--dev'),
  keepNames: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', HEARTH_VERSION: JSON.stringify(version) },
};
const node = { ...common, platform: 'node', target: 'node20' };

/**
 * One copy of VS Code's interface for all files. By itself esbuild makes an object of each file's `import * as vscode`
 * when the extension is loaded: hundreds of names, thirty times over, in the middle of the activation.
 */
const oneVscode = {
  name: 'one-vscode',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'one-vscode'
        ? { path: 'vscode', external: true }
        : { path: 'vscode', namespace: 'one-vscode' },
    );
    build.onLoad({ filter: /.*/, namespace: 'one-vscode' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

const bundles = [
  {
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    format: 'cjs',
    plugins: [oneVscode],
  },
  { ...node, entryPoints: ['src/hub/main.ts'], outfile: 'dist/hub.js', format: 'cjs' },
  {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  // package.json names it: VS Code runs it after the extension was removed.
  { ...node, entryPoints: ['src/cli/uninstall.ts'], outfile: 'dist/uninstall.js', format: 'cjs' },
  // node-llama-cpp is an ES module with native parts: it stays outside and is resolved from node_modules.
  {
    ...node,
    entryPoints: ['src/worker/main.ts'],
    outfile: 'dist/worker.mjs',
    format: 'esm',
    external: ['node-llama-cpp'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    entryPoints: {
      chat: 'webview/chat.tsx',
      hardware: 'webview/hardware.tsx',
      highlighter: 'webview/markdown/highlighter.ts',
    },
    outdir: 'dist/webview',
    format: 'esm',
    // The chat reads it when there is code to colour.
    external: ['./highlighter.js'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

mkdirSync(join(root, 'dist'), { recursive: true });
if (watch) {
  await Promise.all(bundles.map(async (options) => (await esbuild.context(options)).watch()));
  console.log('watching');
} else {
  await Promise.all(bundles.map((options) => esbuild.build(options)));
}
