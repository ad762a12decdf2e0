// The strings of the administrators' pages: one file for each page, loaded with the pages.
import { translator } from '../index';
import { consoleMessages } from './console';
import { limitsMessages } from './limits';

const en = { ...consoleMessages, ...limitsMessages };

export type AdminMessageKey = keyof typeof en;

export const { t, tn } = translator({ en });
