/** Words of the page of returned rows. */
export const text = {
  title: { zh: '退回数据', en: 'Returned rows' },
  lead: {
    zh: '这些行没有收下，还没有改好。下载文件，在原来的行里改，原样交回：只交这个文件，收下的行按主键补入，仍不合格的再退回。',
    en: 'Rows that were not taken and are not mended yet. Download, mend them in place and send just that file back: good rows land by key, the others come back again.',
  },
  out: { zh: '待修复', en: 'To mend' },
  datasets: { zh: '涉及资源', en: 'Datasets' },
  oldest: { zh: '最早退回', en: 'Oldest' },
  rows: { zh: '{n} 行', en: '{n} rows' },
  since: { zh: '最早 {at} 退回（{age}）', en: 'oldest since {at} ({age})' },
  reasons: { zh: '按信息项和规则', en: 'By item and rule' },
  wholeRow: { zh: '整行', en: 'Whole row' },
  deliveries: { zh: '退回批次', en: 'Went back from' },
  shown: { zh: '最近 {n} 批', en: 'the newest {n}' },
  open: { zh: '看这一批', en: 'Show the delivery' },
  excel: { zh: 'Excel', en: 'Excel' },
  csv: { zh: 'CSV', en: 'CSV' },
  sendBack: { zh: '交回改好的文件', en: 'Send a mended file' },
  allDatasets: { zh: '全部资源', en: 'Every dataset' },
  filter: { zh: '数据资源', en: 'Dataset' },
  empty: { zh: '没有待修复的退回数据', en: 'No returned rows are out' },
  emptyBody: {
    zh: '交付的每一行都已收下。不合格的行退回后会出现在这里。',
    en: 'Every row that was delivered has been taken. Faulty rows will stand here.',
  },
} as const;
