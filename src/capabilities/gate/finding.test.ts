/** What is found in texts and columns; values that only look like it come first. */
import { describe, expect, test } from 'vitest';
import { findInColumn, findSensitive, judgeColumn, maskedExample } from '#gate';

const options = { today: '2026-11-22', insidePermille: 1, insideValues: 3 };
const found = (text: string): [string, string][] =>
  findSensitive(text, options).map(({ type, start, end }) => [type, text.slice(start, end)]);

describe('nothing is found in', () => {
  test.each([
    ['a wrong check digit', '身份证号330109188001010014'],
    ['a day that is not', '身份证号330109190002290013'],
    ['a birth that is to come', '身份证号330109209912310017'],
    ['a credit code with a wrong sign', '统一社会信用代码91330109MA2ABCD13M'],
    ['an order number', '订单号13800138000，工单202611221410430123'],
    ['an amount', '合计13800138000元，定金¥15800000000'],
    ['a version and a chapter', '升级到版本1.2.3.4，见3.2.1.4'],
    ['a card with a wrong last digit', '卡号6222020000000000019'],
    ['plates with letters that are never used', '浙AI2345、浙A1234、浙AABC12'],
    ['a grid code', '网格编码330109101201003'],
    ['words that begin like a surname', '大家都很高兴，处理方便，请张贴通知，方案和安全平台已明确'],
    ['places and roads', '王府井、高桥村、金城路、萧山区新塘街道办事处'],
    ['how people are spoken of', '徐大妈和王先生来过，李某某、张师傅也在'],
    ['an empty text', ''],
  ])('%s', (_what, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('found to the sign', () => {
  test.each([
    ['citizen_id', '身份证号码：', '33010918800101003x'],
    ['citizen_id', '证件 ', '３３０１０９１８８００１０１００１３'],
    ['citizen_id', '证件号', '330109 18800101 0013'],
    ['citizen_id_old', '老证号', '110105491231002'],
    ['uscc', '税号', '91350100M000100Y43'],
    ['mobile', '电话', '+86 138-0013-8000'],
    ['mobile', '联系', '0086138 0013 8000'],
    ['landline', '座机', '(0571)82620000转801'],
    // The bracket belongs to the sentence, not to the number.
    ['landline', '王某（', '0571-82620000'],
    ['plate', '车牌', '浙AD12345'],
    ['plate', '看到', '浙A·1234挂'],
    ['plate', '车牌为', '使014578'],
    ['plate', '', '粤Z1234港'],
    ['bank_card', '卡号', '6222 0200 0000 0000 018'],
    ['email', '邮箱', 'a.b@example.com'],
    ['ip', '服务器', '192.168.10.5'],
    ['mac', 'MAC ', '00-1A-5E-00-53-01'],
    ['passport', '护照号', 'E12345678'],
    ['birth_date', '出生日期：', '1880年1月1日'],
    ['coordinates', '坐标', '120.290000,30.170000'],
    ['person_name', '当事人', '欧阳晓燕'],
    ['person_name', '租客', '阿依古丽·吐尔逊'],
    ['address', '家住', '杭州市萧山区北干街道金城路358号蓝爵国际2幢1203室'],
    ['address', '赶到', '市心北路与建设一路交叉口'],
    ['address', '住', '瓜沥镇八里桥村12组8号'],
  ])('%s after “%s”: %s', (type, before, value) => {
    expect(found(`${before}${value}，`)).toContainEqual([type, value]);
  });
});

describe('columns', () => {
  const values = (list: string[]) => list.map((value) => ({ value, count: 1 }));

  test('words, bodies and roads are no names; a few ids among grid codes are chance', () => {
    const words = ['方便', '高兴', '张贴', '温馨', '常规', '平安', '严格', '明确', '应急', '万元'];
    expect(judgeColumn('词', values(words), options).semantic).toBeNull();
    const grids = Array.from({ length: 60 }, (_, n) => `330109${101_000 + n * 17}0${n % 10}1`);
    expect(judgeColumn('所在网格', values(grids), options)).toMatchObject({ grade: null });
  });

  test('a road that looks like a name does so in every row: that is one mistake', () => {
    const roads = [
      { value: '王建国路口东', count: 400 },
      ...values(['霞江路', '金城路', '博学路']),
    ];
    expect(judgeColumn('道路', roads, options).grade).not.toBe('L3');
  });

  test('its name helps where values cannot tell', () => {
    const dates = ['1980-01-01', '1975-06-30', '2001-12-31'];
    expect(judgeColumn('登记日期', values(dates), options).semantic).toBeNull();
    expect(judgeColumn('出生日期', values(dates), options).semantic).toBe('birth_date');
  });

  test('what stands in remarks raises the grade and is shown masked', () => {
    const remarks = Array.from({ length: 50 }, (_, n) => `第${n}次回访，已办结`);
    const judged = judgeColumn(
      '备注',
      values([...remarks, '回电13800138000', '找13900139000', '打13700137000']),
      options,
    );
    expect(judged).toMatchObject({ semantic: null, grade: 'L3' });
    expect(judged.seen).toMatchObject([{ type: 'mobile', whole: false, values: 3 }]);
    expect(JSON.stringify(judged.seen)).not.toContain('13800138000');
    const cell = findInColumn('备注', values(['回电13800138000']), options)[0];
    expect(cell).toMatchObject({ type: 'mobile', start: 2, end: 13 });
  });

  test('examples keep no more than tells the kind', () => {
    expect(maskedExample('citizen_id', '330109188001010013')).toBe('330*************13');
    expect(maskedExample('person_name', '欧阳晓燕')).toBe('欧***');
  });
});
