// Builds the client into dist/, which the server embeds; in development, API and WebSocket calls go to a local server.
import react from '@vitejs/plugin-react';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { emojiRows } from './scripts/emoji-table.ts';

const server = process.env.GUILDHALL_DEV_SERVER ?? 'http://127.0.0.1:8065';

function emojiTable(): Plugin {
  const id = 'virtual:emoji';
  return {
    name: 'emoji-table',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(emojiRows()))});`;
    },
  };
}

// Every browser that runs the client reads WOFF2: the other formats of the formulas' fonts would only enlarge the server.
function formulaFonts(): Plugin {
  return {
    name: 'formula-fonts',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('katex.min.css') ? code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, '') : undefined),
  };
}

// The server holds scripts and styles compressed, and sends them as they are to every browser: a third of the size, and no work
// at each request.
function compressedAssets(): Plugin {
  return {
    name: 'compressed-assets',
    apply: 'build',
    writeBundle(options, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /^assets\/.*\.(?:js|css)$/.test(file))) {
        const path = join(options.dir ?? 'dist', name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }));
        rmSync(path);
      }
    },
  };
}

export default defineConfig({
  // Relative, because the server may be below a path that is known only at run time.
  base: './',
  plugins: [react(), emojiTable(), formulaFonts(), compressedAssets()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api/v4/websocket': { target: server, ws: true, changeOrigin: true },
      '/api': { target: server, changeOrigin: true },
    },
  },
  build: {
    // The content policy forbids data: fonts and scripts, so nothing may be inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  // The limit is only met when a test fails, on a busy machine too.
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], css: false, testTimeout: 60_000 },
});
