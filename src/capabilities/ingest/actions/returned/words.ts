/** What people call the rules a row can break. */
import type { Bilingual } from '#kernel/errors';
import type { Lang, ReturnedRow } from '../../model.ts';

const words: Record<string, Bilingual> = {
  required: { zh: '必填', en: 'required' },
  type: { zh: '类型', en: 'type' },
  pattern: { zh: '格式', en: 'pattern' },
  codes: { zh: '代码', en: 'code table' },
  min: { zh: '下限', en: 'minimum' },
  max: { zh: '上限', en: 'maximum' },
  semantic: { zh: '语义', en: 'meaning' },
  duplicate: { zh: '主键重复', en: 'key twice' },
  too_few: { zh: '列数不够', en: 'too few fields' },
  too_many: { zh: '列数太多', en: 'too many fields' },
  stray_quote: { zh: '引号', en: 'quotes' },
  unclosed_quote: { zh: '引号', en: 'quotes' },
  too_long: { zh: '过长', en: 'too long' },
  nul: { zh: '空字符', en: 'NUL character' },
  encoding: { zh: '编码', en: 'encoding' },
};

/** The name of a rule; one a contract names itself is shown by that name. */
export const ruleWords = (rule: string): Bilingual =>
  words[rule] ?? { zh: `校验 ${rule}`, en: `check ${rule}` };

/** Every fault of a row as one text: item, rule, what is expected. */
export function reasonText(row: ReturnedRow, lang: Lang): string {
  const parts = row.reasons.map(({ item, title, words: name, text }) => {
    const place =
      title === null ? '' : `${title[lang]}${lang === 'zh' ? `（${item}）` : ` (${item})`}`;
    return lang === 'zh'
      ? `${place}［${name.zh}］${text.zh}`
      : `${place}${place === '' ? '' : ' '}[${name.en}] expected: ${text.en}`;
  });
  return parts.join(lang === 'zh' ? '；' : '; ');
}
