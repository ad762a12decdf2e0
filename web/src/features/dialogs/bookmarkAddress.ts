// The address of a bookmark.

// What somebody has typed, as an address: most leave the scheme out. Whether it is one that may be stored, the server says.
export function toAddress(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
}
