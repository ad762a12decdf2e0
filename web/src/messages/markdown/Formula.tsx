// A formula in LaTeX: its source until the library is loaded, and where it is not valid.
import { useEffect, useRef, useState } from 'react';
import { cx } from '@/lib/text';
import css from './markdown.module.css';

export function Formula({ source, raw, block }: { source: string; raw: string; block?: boolean }) {
  const target = useRef<HTMLSpanElement>(null);
  const [rendered, setRendered] = useState(false);
  useEffect(() => {
    let mounted = true;
    setRendered(false);
    import('./formulas').then(({ renderFormula }) => {
      if (mounted && target.current) setRendered(renderFormula(source, target.current, block ?? false));
    }, () => undefined);
    return () => { mounted = false; };
  }, [source, block]);
  return (
    <span className={cx(css.formula, block && css.formulaBlock)} dir="ltr">
      <span ref={target} hidden={!rendered} data-testid="formula" />
      {!rendered && <code className={css.code}>{raw}</code>}
    </span>
  );
}
