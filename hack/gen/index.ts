import { crdFiles } from './crds.ts';
import { settle } from './generated-files.ts';
import { rbacFiles } from './rbac.ts';
import { webhookFolders } from './webhooks.ts';

// Every generator there is. `npm run gen` writes, `npm run gen:check` compares.
settle([crdFiles(), rbacFiles(), ...webhookFolders()]);
