// Two lint rules for imports within src/: layers are ordered and features independent, and no modules import each other.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const src = path.resolve(import.meta.dirname, '../src');

// A layer may import from itself and from any layer of a lower rank.
const ranks = {
  lib: 0, i18n: 0, api: 1, design: 1, state: 2, realtime: 3, emoji: 3, data: 4, messages: 5, backups: 5, security: 5, commands: 6, features: 7, app: 8,
};

/** The path within src/ that an import names, without its extension; null for packages. */
function pathInSrc(importer, specifier) {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  return specifier.startsWith('.') ? path.relative(src, path.resolve(path.dirname(importer), specifier)) : null;
}

function onImports(check) {
  const visit = (node) => { if (typeof node.source?.value === 'string') check(node, node.source.value); };
  return { ImportDeclaration: visit, ExportNamedDeclaration: visit, ExportAllDeclaration: visit, ImportExpression: visit };
}

const layers = {
  meta: { type: 'problem', schema: [], messages: {
    upwards: '"{{from}}" must not import from "{{to}}": imports point downwards only.',
    sideways: 'A feature never imports a feature ("{{from}}" -> "{{to}}").',
    unknown: 'Unknown layer "{{to}}": add it to the ranks in scripts/import-rules.mjs.',
  } },
  create(context) {
    const [from, feature] = path.relative(src, context.filename).split(path.sep);
    return onImports((node, specifier) => {
      const target = pathInSrc(context.filename, specifier);
      if (target === null || target.startsWith('..') || /\.tsx?$/.test(from)) return;
      const [to, otherFeature] = target.split(path.sep);
      if (to === from) {
        if (from === 'features' && otherFeature !== feature) context.report({ node, messageId: 'sideways', data: { from: feature, to: otherFeature } });
      } else if (!(to in ranks)) context.report({ node, messageId: 'unknown', data: { to } });
      else if (ranks[to] >= ranks[from]) context.report({ node, messageId: 'upwards', data: { from, to } });
    });
  },
};

function resolveFile(importer, specifier) {
  const target = pathInSrc(importer, specifier);
  if (target === null) return undefined;
  return ['.ts', '.tsx', '/index.ts'].map((ending) => path.join(src, target) + ending).find((file) => existsSync(file));
}

const imports = new Map();

/** The files within src/ that a file imports, types included. */
function importsOf(file) {
  if (!imports.has(file)) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    imports.set(file, importedFiles.map((found) => resolveFile(file, found.fileName)).filter(Boolean));
  }
  return imports.get(file);
}

/** The files along which one file imports another; null where it does not. */
function findPath(from, to, visited = new Set()) {
  if (from === to) return [to];
  visited.add(from);
  for (const next of importsOf(from)) {
    const rest = visited.has(next) ? null : findPath(next, to, visited);
    if (rest) return [from, ...rest];
  }
  return null;
}

const noCycles = {
  meta: { type: 'problem', schema: [], messages: { cycle: 'These modules import each other: {{cycle}}.' } },
  create(context) {
    return onImports((node, specifier) => {
      const target = resolveFile(context.filename, specifier);
      const importPath = target && findPath(target, context.filename);
      if (importPath) context.report({ node, messageId: 'cycle', data: { cycle: [context.filename, ...importPath].map((file) => path.relative(src, file)).join(' -> ') } });
    });
  },
};

export const importRules = { rules: { layers, 'no-cycles': noCycles } };
