// The parts that the pages of the system console are made of: the page with its title, groups, cards and figures.
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/design/controls';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';
import { cx } from '@/lib/text';
import css from './admin.module.css';

interface PageProps {
  title: string;
  text?: ReactNode;
  // Buttons and choices beside the title.
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, text, actions, children }: PageProps) {
  return (
    <article className={css.page}>
      <header className={css.pageHead}>
        <div>
          <h1>{title}</h1>
          {text && <p>{text}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </article>
  );
}

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return <section className={css.group}><h2>{title}</h2>{children}</section>;
}

// Cards in as many columns as fit.
export const Cards = ({ wide, children }: { wide?: boolean; children: ReactNode }) => <div className={cx(css.cards, wide && css.cardsWide)}>{children}</div>;

export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return <section className={cx(css.card, className)}>{children}</section>;
}

interface FigureProps {
  label: string;
  // Undefined while it is loaded.
  value: string | undefined;
  hint?: string;
}

export function Figure({ label, value, hint }: FigureProps) {
  return (
    <Card>
      <p className={css.figureLabel}>{label}</p>
      {value === undefined ? <Skeleton width={72} height={30} /> : <p className={css.figureValue}>{value}</p>}
      {hint && <p className={css.figureHint}>{hint}</p>}
    </Card>
  );
}

export function PageError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return <EmptyState icon={<CircleAlert size={26} />} title={t('console.failed')} text={error.message} action={<Button variant="primary" onClick={onRetry}>{tApp('action.retry')}</Button>} />;
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: ReadonlyArray<readonly [T, string]>;
  onChange: (value: T) => void;
}

// A row of buttons of which one is pressed.
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <div className={css.choice} role="group" aria-label={label}>
      {options.map(([id, text]) => <button key={id} type="button" aria-pressed={id === value} onClick={() => onChange(id)}>{text}</button>)}
    </div>
  );
}
