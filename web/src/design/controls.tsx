// Buttons and form fields.
import { useId, type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes } from 'react';
import { cx } from '@/lib/text';
import { Tooltip } from './overlay';
import { Spinner } from './primitives';
import css from './controls.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'secondary' | 'ghost' | 'danger';
  size?: 'small' | 'medium' | 'large';
  fullWidth?: boolean;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'secondary', size = 'medium', fullWidth, busy, className, children, disabled, ...rest }: ButtonProps) {
  const sizeClass = size === 'small' ? css.small : size === 'large' ? css.large : undefined;
  return (
    <button type="button" {...rest} disabled={disabled || busy} aria-busy={busy || undefined} className={cx(css.button, css[variant], sizeClass, fullWidth && css.fullWidth, className)}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, shortcut, className, children, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button type="button" aria-label={label} {...rest} className={cx(css.icon, className)}>{children}</button>
    </Tooltip>
  );
}

interface FieldProps {
  label?: string;
  hint?: ReactNode;
  error?: string | null;
}

type InputProps = FieldProps & InputHTMLAttributes<HTMLInputElement> & { icon?: ReactNode; tall?: boolean; ref?: Ref<HTMLInputElement> };

export function TextField({ label, hint, error, icon, tall, className, ...rest }: InputProps) {
  const id = useId();
  const input = (
    <input dir="auto" {...rest} id={id} aria-invalid={error ? true : rest['aria-invalid']} aria-describedby={hint || error ? `${id}-note` : undefined} className={cx(css.input, tall && css.tall, className)} />
  );
  return (
    <div className={css.field}>
      {label && <label className={css.label} htmlFor={id}>{label}</label>}
      {icon ? <div className={css.prefixed}><span className={css.prefix}>{icon}</span>{input}</div> : input}
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

export function TextArea({ label, hint, error, className, ...rest }: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div className={css.field}>
      {label && <label className={css.label} htmlFor={id}>{label}</label>}
      <textarea dir="auto" {...rest} id={id} className={cx(css.input, className)} />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

function Note({ id, hint, error }: { id: string; hint?: ReactNode; error?: string | null }) {
  if (error) return <p id={id} className={css.error} role="alert">{error}</p>;
  return hint ? <p id={id} className={css.hint}>{hint}</p> : null;
}

interface CheckboxProps {
  checked: boolean;
  title: string;
  hint?: string;
  testId?: string;
  onChange: (checked: boolean) => void;
}

export function Checkbox({ checked, title, hint, testId, onChange }: CheckboxProps) {
  return (
    <label className={css.choice}>
      <input type="checkbox" checked={checked} data-testid={testId} onChange={(e) => onChange(e.target.checked)} />
      <span>
        <span className={css.choiceTitle}>{title}</span>
        {hint && <span className={css.hint} style={{ display: 'block' }}>{hint}</span>}
      </span>
    </label>
  );
}

interface ChoiceProps {
  name: string;
  checked: boolean;
  title: string;
  hint?: string;
  onChoose: () => void;
}

export function RadioCard({ name, checked, title, hint, onChoose }: ChoiceProps) {
  return (
    <label className={css.choice}>
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      <span>
        <span className={css.choiceTitle}>{title}</span>
        {hint && <span className={css.hint} style={{ display: 'block' }}>{hint}</span>}
      </span>
    </label>
  );
}
