// When the terms of service are shown.
import { describe, expect, it } from 'vitest';
import { isDue, requiredTerms } from './terms';

const config = { EnableCustomTermsOfService: 'true', CustomTermsOfServiceId: 'terms', CustomTermsOfServiceReAcceptancePeriod: '365' };
const DAY_MS = 86_400_000;

describe('terms of service', () => {
  it('are required where they are switched on and have a text', () => {
    expect(requiredTerms(config)).toEqual({ id: 'terms', days: 365 });
    expect(requiredTerms({ ...config, EnableCustomTermsOfService: 'false' })).toBeNull();
    expect(requiredTerms({ ...config, CustomTermsOfServiceId: '' })).toBeNull();
    expect(requiredTerms({})).toBeNull();
  });

  it('are due until they are accepted, and again when they change or their time is over', () => {
    const terms = { id: 'terms', days: 365 };
    expect(isDue(terms, null, 0)).toBe(true);
    expect(isDue(terms, { terms_of_service_id: 'former', create_at: 0 }, 0)).toBe(true);
    expect(isDue(terms, { terms_of_service_id: 'terms', create_at: 1 }, 365 * DAY_MS)).toBe(false);
    expect(isDue(terms, { terms_of_service_id: 'terms', create_at: 1 }, 365 * DAY_MS + 1)).toBe(true);
    expect(isDue({ id: 'terms', days: Infinity }, { terms_of_service_id: 'terms', create_at: 1 }, 1e15)).toBe(false);
  });
});
