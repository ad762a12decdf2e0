// What the administrator who looks at the console may see and change.
import { createContext, useContext } from 'react';

export const OwnPermissions = createContext<ReadonlySet<string>>(new Set());

export const useMay = (permission: string): boolean => useContext(OwnPermissions).has(permission);
