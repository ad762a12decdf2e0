// Lint rules. The one of our own is the direction of imports: rooms are ordered, and a feature never imports a feature.
import reactHooks from 'eslint-plugin-react-hooks';
import path from 'node:path';
import tseslint from 'typescript-eslint';

// A room may import from its own rank's folder and from any room of a lower rank.
const ranks = {
  lib: 0, i18n: 0, api: 1, design: 1, state: 2, realtime: 3, emoji: 3, data: 4, messages: 5, commands: 6, features: 7, app: 8,
};
const src = path.resolve(import.meta.dirname, 'src');

const direction = {
  meta: { type: 'problem', schema: [], messages: {
    upwards: '"{{from}}" must not import from "{{to}}": imports point downwards only.',
    sideways: 'A feature never imports a feature ("{{from}}" -> "{{to}}").',
    unknown: 'Unknown room "{{to}}": add it to the ranks in eslint.config.js.',
  } },
  create(context) {
    const rel = path.relative(src, context.filename).split(path.sep);
    const from = rel[0];
    const check = (node) => {
      const spec = node.source?.value;
      if (typeof spec !== 'string') return;
      let target;
      if (spec.startsWith('@/')) target = spec.slice(2).split('/');
      else if (spec.startsWith('.')) target = path.relative(src, path.resolve(path.dirname(context.filename), spec)).split(path.sep);
      else return;
      const to = target[0];
      if (rel.length === 1 || to.startsWith('..') || to === from) {
        if (to === 'features' && from === 'features' && target[1] !== rel[1]) {
          context.report({ node, messageId: 'sideways', data: { from: rel[1], to: target[1] } });
        }
        return;
      }
      if (!(to in ranks)) context.report({ node, messageId: 'unknown', data: { to } });
      else if (ranks[to] >= ranks[from]) context.report({ node, messageId: 'upwards', data: { from, to } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, guildhall: { rules: { direction } } },
    rules: {
      'guildhall/direction': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines': ['error', { max: 500 }],
      'no-restricted-syntax': ['error', {
        selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
        message: 'Text from people is rendered as React elements, never as HTML.',
      }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
);
