/**
 * Door of rules: batch models over data of many departments, tried on old data before anyone is
 * bothered.
 */
import type { Capability } from '#kernel/capability';
import { ruleEvents } from './jobs.ts';
import { rulesKind } from './kind.ts';
import { ruleRoutes } from './routes.ts';

export {
  backtest,
  findingsOf,
  getRule,
  listRules,
  runRule,
  runsOf,
  titleOf,
} from './actions/index.ts';
export type * from './model.ts';

export const rules: Capability = {
  name: 'rules',
  kinds: [rulesKind],
  routes: ruleRoutes,
  on: ruleEvents,
  publishes: {
    'rule.declared': 'A rule was applied, new or changed: {rule}',
    'rule.withdrawn': 'A rule is no longer in force: {rule, kind}',
  },
  permissions: {
    'rules.read': { zh: '查看监督模型', en: 'See rules' },
    'rules.manage': { zh: '回测监督模型', en: 'Back-test rules' },
  },
};
