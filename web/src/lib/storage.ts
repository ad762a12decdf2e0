// localStorage that never throws: private windows and full disks must not break the client.

export function readLocal(key: string): string | null {
  try {
    return localStorage.getItem(`guildhall.${key}`);
  } catch {
    return null;
  }
}

export function localKeys(prefix: string): string[] {
  try {
    const full = `guildhall.${prefix}`;
    return Object.keys(localStorage).filter((key) => key.startsWith(full)).map((key) => key.slice('guildhall.'.length));
  } catch {
    return [];
  }
}

export function writeLocal(key: string, value: string | null): void {
  try {
    if (value === null || value === '') localStorage.removeItem(`guildhall.${key}`);
    else localStorage.setItem(`guildhall.${key}`, value);
  } catch {
    // A lost preference is acceptable; an exception is not.
  }
}
