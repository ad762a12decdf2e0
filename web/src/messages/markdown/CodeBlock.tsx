// A code block: plain at first, highlighted once the highlighter is loaded, with a copy button.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { highlight, type Highlighted } from './highlighting';
import css from './markdown.module.css';

function toReact(nodes: Highlighted['children']): ReactNode {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const names = node.properties.className;
    return (
      <span key={index} className={Array.isArray(names) ? names.join(' ') : undefined}>
        {toReact(node.children as Highlighted['children'])}
      </span>
    );
  });
}

export function CodeBlock({ code, language }: { code: string; language: string }) {
  const [tree, setTree] = useState<Highlighted | null>(null);
  const [copied, setCopied] = useState(false);
  const name = language.trim().split(/\s/)[0]?.toLowerCase() ?? '';
  useEffect(() => {
    if (!name) return undefined;
    let mounted = true;
    setTree(null);
    void highlight(code, name).then((next) => { if (mounted) setTree(next); });
    return () => { mounted = false; };
  }, [code, name]);
  const copy = () => {
    void copyText(code).then((isCopied) => {
      if (!isCopied) return;
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <div className={css.block} dir="ltr">
      {name && <span className={css.language}>{name}</span>}
      <button type="button" className={css.copy} aria-label={t('code.copy')} title={t('code.copy')} onClick={copy}>
        {copied ? <Check size={14} /> : <Copy size={14} />}
      </button>
      <pre tabIndex={0}><code>{tree ? toReact(tree.children) : code}</code></pre>
    </div>
  );
}
