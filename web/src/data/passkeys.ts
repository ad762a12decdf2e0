// The ceremonies of passkeys between the server and the browser. The library for them is loaded when one begins.
import * as api from '@/api/passkeys';
import { t } from '@/i18n';
import { beginSession } from './session';

const library = () => import('@simplewebauthn/browser');

// Whether this browser has passkeys, which takes HTTPS or localhost.
export const hasPasskeys = () => window.isSecureContext && typeof window.PublicKeyCredential === 'function';

export async function createPasskey(password: string, name: string): Promise<api.Passkey> {
  const { ceremony_id, options } = await api.beginPasskey(password);
  const { startRegistration } = await library();
  const credential = await startRegistration({ optionsJSON: options.publicKey }).catch(explain);
  return api.addPasskey(ceremony_id, name, credential);
}

export async function logInWithPasskey(): Promise<void> {
  const { ceremony_id, options } = await api.beginLogin();
  const { startAuthentication } = await library();
  const credential = await startAuthentication({ optionsJSON: options.publicKey }).catch(explain);
  await beginSession(await api.login(ceremony_id, credential));
}

// Browsers do not say whether somebody has cancelled or there was no passkey.
function explain(error: unknown): never {
  const name = (error as Error).name;
  throw new Error(t(name === 'InvalidStateError' ? 'passkey.known' : name === 'NotAllowedError' || name === 'AbortError' ? 'passkey.cancelled' : 'passkey.failed'));
}

// What a new passkey is called, until its owner gives it another name.
export function suggestedName(): string {
  const platform = (navigator as Navigator & { userAgentData?: { platform?: string } }).userAgentData?.platform ?? '';
  return platform || t('passkey.name');
}
