/**
 * Words and codes of the closed lists a contract is written in. Sharing types and their codes:
 * 国发〔2016〕51号 and the national guide of 2017; the others as departments fill them in.
 */
import type { Contract, collections, cycles, formats, modes, scopes } from '../model.ts';

type Words<K extends string> = Readonly<Record<K, { zh: string; en: string; code: string }>>;

export const shareWords: Words<Contract['share']['type']> = {
  unconditional: { zh: '无条件共享', en: 'Shared freely', code: '1' },
  conditional: { zh: '有条件共享', en: 'Shared on condition', code: '2' },
  none: { zh: '不予共享', en: 'Not shared', code: '3' },
};

export const openWords: Words<Contract['open']['type']> = {
  unconditional: { zh: '无条件开放', en: 'Open to all', code: '1' },
  conditional: { zh: '受限开放', en: 'Open on condition', code: '2' },
  none: { zh: '禁止开放', en: 'Not open', code: '3' },
};

export const cycleWords: Words<(typeof cycles)[number]> = {
  realtime: { zh: '实时', en: 'Continuous', code: '01' },
  daily: { zh: '每日', en: 'Daily', code: '02' },
  weekly: { zh: '每周', en: 'Weekly', code: '03' },
  monthly: { zh: '每月', en: 'Monthly', code: '04' },
  quarterly: { zh: '每季度', en: 'Quarterly', code: '05' },
  half_year: { zh: '每半年', en: 'Half-yearly', code: '06' },
  yearly: { zh: '每年', en: 'Yearly', code: '07' },
  irregular: { zh: '不定期', en: 'Irregular', code: '08' },
  never: { zh: '不更新', en: 'Never', code: '09' },
};

export const modeWords: Words<(typeof modes)[number]> = {
  api: { zh: '接口', en: 'Interface', code: '1' },
  table: { zh: '库表交换', en: 'Table exchange', code: '2' },
  file: { zh: '文件', en: 'File', code: '3' },
  batch: { zh: '批量', en: 'Batch', code: '4' },
  query: { zh: '在线查询', en: 'Query', code: '5' },
  warehouse: { zh: '数据仓授权', en: 'Warehouse', code: '6' },
  joint: { zh: '联合计算', en: 'Joint computation', code: '7' },
};

export const formatWords: Words<(typeof formats)[number]> = {
  file: { zh: '电子文件', en: 'Document', code: '1' },
  spreadsheet: { zh: '电子表格', en: 'Spreadsheet', code: '2' },
  database: { zh: '数据库', en: 'Database', code: '3' },
  image: { zh: '图形图像', en: 'Image', code: '4' },
  stream: { zh: '流媒体', en: 'Stream', code: '5' },
  self_describing: { zh: '自描述格式', en: 'Self-describing', code: '6' },
  service: { zh: '服务接口', en: 'Service', code: '7' },
};

export const scopeWords: Words<(typeof scopes)[number]> = {
  province: { zh: '省', en: 'Province', code: '1' },
  city: { zh: '市', en: 'City', code: '2' },
  county: { zh: '县', en: 'County', code: '3' },
};

export const collectionWords: Words<(typeof collections)[number]> = {
  table: { zh: '库表', en: 'Table', code: '1' },
  api: { zh: '接口', en: 'Interface', code: '2' },
  file: { zh: '文件', en: 'File', code: '3' },
};

export const layerWords: Words<Contract['layer']> = {
  raw: { zh: '原始层', en: 'Raw', code: 'raw' },
  standard: { zh: '标准层', en: 'Standard', code: 'standard' },
  thematic: { zh: '专题层', en: 'Thematic', code: 'thematic' },
};

export const deliveryWords: Words<Contract['mode']> = {
  full: { zh: '全量', en: 'Full', code: 'full' },
  append: { zh: '追加', en: 'Append', code: 'append' },
  merge: { zh: '增量合并', en: 'Merge', code: 'merge' },
};
