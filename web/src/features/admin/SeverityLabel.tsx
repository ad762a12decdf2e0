// How urgent something is: an icon and a word, in its colour.
import { CircleCheck, Info, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { Severity } from '@/api/findings';
import { cx } from '@/lib/text';
import css from './admin.module.css';

const icons: Record<Severity, LucideIcon> = { critical: OctagonAlert, warning: TriangleAlert, info: Info, ok: CircleCheck };

export function SeverityLabel({ severity, text, className }: { severity: Severity; text: string; className?: string }) {
  const Icon = icons[severity];
  return <div className={cx(css.severity, css[severity], className)}><Icon size={18} aria-hidden /><span>{text}</span></div>;
}
