// The error that the server answered a form with.
import { AlertCircle } from 'lucide-react';
import css from './auth.module.css';

export function FormError({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p className={css.error} role="alert" data-testid="form-error">
      <AlertCircle size={16} />
      {error instanceof Error ? error.message : String(error)}
    </p>
  );
}
