// The strings of the administrators' pages: one file for each page, loaded with the pages.
import { translator } from '../index';
import { alertsMessages } from './alerts';
import { announcementMessages } from './announcement';
import { attributesMessages } from './attributes';
import { backupsMessages } from './backups';
import { brandMessages } from './brand';
import { classificationMessages } from './classification';
import { consoleMessages } from './console';
import { findingsMessages } from './findings';
import { limitsMessages } from './limits';
import { monitoringMessages } from './monitoring';
import { permissionMessages } from './permissions';
import { rolesMessages } from './roles';
import { schemesMessages } from './schemes';
import { termsMessages } from './terms';

const en = { ...alertsMessages, ...announcementMessages, ...attributesMessages, ...backupsMessages, ...brandMessages, ...classificationMessages, ...consoleMessages, ...findingsMessages, ...limitsMessages, ...monitoringMessages, ...permissionMessages, ...rolesMessages, ...schemesMessages, ...termsMessages };

export type AdminMessageKey = keyof typeof en;

export const { t, tn } = translator({ en });
