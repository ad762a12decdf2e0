// The state of the form of a target: what is entered, what is wrong with it, and sending it.
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { createBackupTarget, patchBackupTarget, type BackupTarget } from '@/api/backups';
import { changeOf, draftOf, errorsOf, errorsOfRejection, newTargetOf, type TargetDraft, type TargetErrors, type TargetField } from './targetDraft';

export interface TargetForm {
  draft: TargetDraft;
  errors: TargetErrors;
  isNew: boolean;
  isBusy: boolean;
  // Changes a part of what is entered, and removes the errors of these fields.
  change: (part: Partial<TargetDraft>, ...fields: TargetField[]) => void;
  submit: (event: FormEvent<HTMLFormElement>) => void;
}

/** Without a target it adds one. */
export function useTargetForm(target: BackupTarget | undefined, onDone: (saved: BackupTarget) => void): TargetForm {
  const [draft, setDraft] = useState(() => draftOf(target));
  const [errors, setErrors] = useState<TargetErrors>({});
  const [isBusy, setBusy] = useState(false);
  const isSending = useRef(false);

  const change: TargetForm['change'] = (part, ...fields) => {
    setDraft((now) => ({ ...now, ...part }));
    setErrors((now) => Object.fromEntries(Object.entries(now).filter(([field]) => field !== 'form' && !fields.includes(field as TargetField))));
  };

  // The first field with an error gets the focus, once it has the error.
  const rejected = useRef<HTMLFormElement>(null);
  useEffect(() => {
    rejected.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    rejected.current = null;
  }, [errors]);
  const reject = (form: HTMLFormElement, found: TargetErrors) => {
    rejected.current = form;
    setErrors(found);
  };

  const send = async (form: HTMLFormElement) => {
    const found = errorsOf(draft, target);
    if (Object.keys(found).length > 0) return reject(form, found);
    setErrors({});
    setBusy(true);
    try {
      onDone(target ? await patchBackupTarget(target.id, changeOf(draft)) : await createBackupTarget(newTargetOf(draft)));
    } catch (error) {
      setBusy(false);
      reject(form, errorsOfRejection(error));
    }
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSending.current) return;
    isSending.current = true;
    void send(event.currentTarget).finally(() => { isSending.current = false; });
  };

  return { draft, errors, isNew: target === undefined, isBusy, change, submit };
}
