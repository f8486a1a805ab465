// For labels of paths and verbs that stay few.
export { PathLabels, type PathLabelsOptions } from './path-labels.ts';
export { daprPaths, type PathDialect, plainPaths } from './path-dialect.ts';
export {
  defaultPathRules,
  type PathRules,
  type ReadRules,
  readPathRules,
  type RuleRemark,
} from './path-rules.ts';
export { maskIds } from './path-mask.ts';
export { verbLabel } from './verb-label.ts';
export type { HttpSide } from './path-folds.ts';

// For the operator's file.
export {
  type HttpConfig,
  type HttpConfigField,
  httpConfig,
  type HttpConfigPlan,
  type HttpConfigRemark,
} from './http-config.ts';
