// Fails when a style sheet outside design/ names a colour of its own: colours come from tokens only.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve(import.meta.dirname, '../src');
const files = [];
const walk = (dir) => {
  for (const name of readdirSync(dir)) {
    const full = path.join(dir, name);
    if (statSync(full).isDirectory()) walk(full);
    else if (name.endsWith('.css')) files.push(full);
  }
};
walk(src);

let failures = 0;
for (const file of files) {
  const rel = path.relative(src, file);
  if (rel === 'design/themes.css') continue;
  readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
    if (/#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch)\(/i.test(line)) {
      console.error(`${rel}:${index + 1}: a colour that is not a token: ${line.trim()}`);
      failures += 1;
    }
  });
}
if (failures > 0) process.exit(1);
