// Small components used everywhere: avatars, status dots, badges, skeletons, empty states, the logo.
import { useState, type ReactNode } from 'react';
import { cx, hash, initials } from '@/lib/text';
import css from './primitives.module.css';

export function StatusDot({ status }: { status?: string }) {
  const variant = status === 'online' ? css.online : status === 'away' ? css.away : status === 'dnd' ? css.dnd : undefined;
  return <span className={cx(css.dot, variant)} data-status={status ?? 'offline'} />;
}

interface AvatarProps {
  id: string;
  name: string;
  src?: string;
  size?: number;
  status?: string;
}

// Initials, unless the user has uploaded a picture.
export function Avatar({ id, name, src, size = 36, status }: AvatarProps) {
  const [broken, setBroken] = useState('');
  const colour = css[`a${(hash(id) % 8) + 1}`];
  const style = { width: size, height: size, fontSize: Math.round(size * 0.39) };
  return (
    <span className={css.avatar} style={style} aria-hidden>
      <span className={cx(css.face, colour)}>
        {src && broken !== src ? <img src={src} alt="" loading="lazy" onError={() => setBroken(src)} /> : initials(name || '?')}
      </span>
      {status !== undefined && <span className={css.status}><StatusDot status={status} /></span>}
    </span>
  );
}

// `label` tells screen readers what is counted.
export const Badge = ({ count, label }: { count: number; label?: string }) => (
  <span className={css.badge}>
    <span aria-hidden={label ? true : undefined}>{count > 99 ? '99+' : count}</span>
    {label && <span className="visually-hidden">{label}</span>}
  </span>
);
export const Kbd = ({ children }: { children: ReactNode }) => <kbd className={css.kbd}>{children}</kbd>;
export const Tag = ({ children }: { children: ReactNode }) => <span className={css.tag}>{children}</span>;
export const Spinner = () => <span className={css.spinner} role="presentation" />;

export function Skeleton({ width, height = 12 }: { width: number | string; height?: number }) {
  return <div className={css.skeleton} style={{ width, height }} />;
}

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, text, action }: EmptyProps) {
  return (
    <div className={css.empty}>
      {icon && <span className={css.emptyIcon}>{icon}</span>}
      <p className={css.emptyTitle}>{title}</p>
      {text && <p className={css.emptyText}>{text}</p>}
      {action && <div className={css.emptyAction}>{action}</div>}
    </div>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M6.5 25V14.2L16 6.5l9.500 7.700V25h-4.700v-6.200a4.800 4.800 0 0 0-9.600 0V25z" fill="var(--on-accent)" />
    </svg>
  );
}
