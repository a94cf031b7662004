/**
 * Hard texts: names and addresses where nothing announces them, in two halves that share no frame,
 * no given name and no name of a road, village or estate, and a third part of other domains with
 * given names of its own. Names and addresses are put together here by rules of their own; nothing
 * asks the recogniser, and nobody is meant.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#sample';
import { fill, type Labelled, mobile, type Slots } from './discovery-vectors.ts';

export type Half = 'dev' | 'held' | 'other';

const words = (list: string): string[] => list.trim().split(/\s+/);

/** Surnames by how often one meets them, in four classes. */
const common = [
  ...'王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余',
];
const usual = [
  ...'叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤楼裘来俞',
];
const rare = [
  ...'仇亓佘佟付伏但冀冉冼况刁劳华单卓占卜卞原古召叱司吉君哈商喻嵇巩席干幸庹应惠戚战扈揭敖旷昝晏晋普景朴柏柴栗桂桑楚樊水池沙洛浦海涂温游湛牛班甘田申皮盛相眭瞿祁祝祖禹秋种稽穆端竺符简米粟粱索纪经缪羊翁耿肖胥臧舒艾芮苗苟茅荀莘萨葛蒙蒲蔚藏蓝虞衡褚裴解訾诸谷费车边过迟逄逯邓邢邰郁郎郜郦郗鄂鄢鄞钮锺闵阮阳阴雍霍靳鞠项须颜骆鱼鲍鲁麦麻',
];
const compound = words(
  '欧阳 欧阳 欧阳 上官 司马 诸葛 东方 皇甫 尉迟 慕容 令狐 司徒 夏侯 端木 南宫 独孤 申屠 钟离 淳于 公孙 宇文 长孙 闻人 濮阳 呼延 鲜于',
);

/** Ways of naming, old to young: first signs, second signs. */
const ways: [string[], string[]][] = [
  [[...'建国卫爱兴振立保庆援跃东长永福'], [...'国华民军党生平林明根荣发祥富强']],
  [[...'阿水金银土长根关宝来小大老'], [...'根法毛泉娣花狗仙囡良炎兴尧']],
  [[...'秀桂玉淑凤美爱月翠兰彩巧菊素'], [...'英兰珍芳芬娟仙花莲琴娥香云珠']],
  [[...'志文晓海建少学国世德伟向新利光'], [...'强军明平波峰斌勇刚东辉良成荣飞']],
  [[...'丽红燕晓雪春海小亚艳慧静雅冬'], [...'娜萍燕霞梅红芳琴玲敏华娟莉']],
  [[...'嘉俊浩子宇志天泽佳家明文思鸿'], [...'豪杰伟轩航鑫磊涛宇翔琪辰文阳']],
  [[...'梓欣雨诗思语若可奕沐芷清书昕'], [...'涵怡桐彤萱晴妍然悦辰宁希瑶禾']],
  [[...'承敬守维绍延启孟仲伯景显耀'], [...'业先礼仁昌宗堂川坤文武贤舟']],
];
const singles = [
  ...'伟芳敏静丽强磊军勇艳杰娟涛明超霞刚平辉玲桂波斌宇浩凯健俊帆雪琳翀喆彧昶赟旻淏玥珺琬骁蔚笛澍劼炜烨煊祎韬曜弢屹岑菡茜莎蓓萃岚榕柠棠枫桦棣楷桢涓潇汶渊澄漪沛沄滢',
];
const asWords = words(
  '高明 高峰 高远 安静 安然 方圆 方正 常青 田野 江山 白云 白露 黄河 黄海 金星 金辉 文静 文明 万里 万全 成功 成林 钱途 马骏 马腾 牛犇 于海 雷鸣 雷雨 石磊 石坚 周全 朱砂 温暖 温馨 严明 向上 向前 向阳 明亮 时光 时新 阳光 盛开 贺喜 宁静 卓越 卓识 解放 张扬 李子 关心 任重 叶落 花朵 水清 水仙 海蓝 海燕 和谐 路遥 柳絮 梅香 岳峰 池塘 丛林 谷雨 夏天 秋实 冷静 邵阳 韩流 易行 舒畅 舒适 乐观 华丽 华光 毕业 毕生 包容 包涵 蓝天 蓝图 单纯 沙洲 麦浪 桑田 苗条 景象',
);
const dotted: [string[], string[]] = [
  words(
    '阿卜力孜 买买提 吐尔洪 艾合买提 玉素甫 努尔艾力 古丽巴哈尔 阿依努尔 热孜万古丽 米热古丽 亚森 卡米力 塔依尔 萨拉麦提 库尔班江 帕尔哈提 别克扎提 叶尔兰 哈力木拉提 祖丽皮亚 麦麦提敏 茹仙古丽 伊力哈木 迪力夏提',
  ),
  words(
    '艾海提 吐拉克 阿布来提 司马义 热西提 马木提 托合提 尼亚孜 胡赛音 阿吾提 肉孜 达吾提 依布拉音 买合木提 沙迪克 巴合提 努尔别克 哈斯木 吾守尔 阿西木',
  ),
];
const tibetan: [string[], string[]] = [
  words('扎西 次仁 索朗 洛桑 旦增 格桑 尼玛 达娃 普布 边巴 仁青 白玛 贡觉 嘎玛'),
  words('多吉 卓玛 央金 顿珠 平措 拉姆 曲珍 罗布 旺堆 群培 旺姆 次旦 加措 措姆'),
];

/** Half of everything made here belongs to the development half, half to the others. */
const inHalf = (made: string, half: Half): boolean =>
  [...made].reduce((sum, sign) => sum + (sign.codePointAt(0) ?? 0), 0) % 2 ===
  (half === 'dev' ? 0 : 1);

function until(half: Half, make: () => string): string {
  for (;;) {
    const made = make();
    if (inHalf(made, half)) return made;
  }
}

/** More ways, on the development half only. */
const moreWays: [string[], string[]][] = [
  [[...'朝金喜进满先正仁炳鹤松寿培锦根桂顺生'], [...'阳贵海全春标奎林堂坤寿初章元松祥']],
  [[...'雅诗宇梦晨紫忆静若依语芸佩凌楚'], [...'雯琦洁婕蓉妮晗馨彤颖柔倩竹筠']],
  [[...'子天俊皓昊泽逸鸿睿君铭承哲博骏'], [...'轩昂凡洋霖睿皓晟熙诚谦骞尧瑜']],
  [[...'冬秋春夏年月云水火土山石雨雪'], [...'生根英花妹女娇玉林旺田来宝']],
  [[...'阿小大老幼长细满引招盼迎'], [...'妹弟毛宝囡英芳男娟仙娣凤花']],
];

/** Given names of the third part, written down one by one. */
const otherGiven = words(
  '春生 腊梅 冬至 秋白 夏莲 满仓 来福 得水 有田 大年 三喜 四妹 五一 六斤 七巧 八斤 九龄 十全 全友 友谅 宝山 玉成 家骏 家麒 家栋 其昌 其芳 其伟 毓秀 毓敏 钟灵 兆丰 兆麟 耀祖 耀华 祖德 祖荫 光宗 光启 启明 启东 启航 若男 胜男 亚男 招娣 盼弟 引弟 留根 拴柱 铁柱 石头 老三 幺妹 素贞 素琴 婉清 婉容 静秋 静香 子衿 子佩 子路 子健 一帆 一凡 一鹤 一心 一平 可儿 可人 安琪 安娜 莎莎 露露 妞妞 洋洋 乐乐 果果 豆豆 朵朵 思齐 思聪 思敏 念慈 念祖 怀瑾 怀民 如是 如意 如霜 乃文 乃斌 亦菲 亦舒 之江 之涵 与时 大勇 大庆 大鹏 小虎 小满 小雅 小舟 定国 定邦 安邦 治平 天成 天宝 天赐 地利 人杰 景行 景云 景兰 慕白 慕华 鹤年 鹤鸣 松年 松龄 竹君 梅芳 菊香 兰芝 荷花 桂香 杏花 桃红 柳青 枫叶 槐花 皎 遒 烽 嫣 岱 湛 曦 炀 茵 蓉 迪 骅 禹 尧 舜 钧 铎 锷 霁 霖 韵 飏 麒 鼎 旌 昀 晗 淙 溥 滢 泓 崧 嵩 峥 嵘 巍 弋 彤 忱 恺 戎 扬 捷 擎 政 敖',
);

function given(random: Random, half: Half): string {
  if (half === 'other') return random.pick(otherGiven);
  if (half === 'dev' && random.chance(0.15)) {
    const [first, second] = random.pick(moreWays);
    return until(half, () => random.pick(first) + random.pick(second));
  }
  if (random.chance(0.22)) return until(half, () => random.pick(singles));
  const [first, second] = random.pick(ways);
  return until(half, () => random.pick(first) + random.pick(second));
}

const family = (random: Random): string =>
  random.weighted([
    [random.pick(common), 62],
    [random.pick(usual), 24],
    [random.pick(rare), 10],
    [random.pick(compound), 4],
  ]);

const named = (make: (random: Random) => string): Slots[string] => ['person_name', make];

const foreign = (random: Random, half: Half): string => {
  const [first, second] = random.chance(0.65) ? dotted : tibetan;
  const joint = first === dotted[0] ? '·' : '';
  return until(half, () => random.pick(first) + joint + random.pick(second));
};

const stemSigns: [string[], string[]] = [
  [...'金明新南北东西永兴长青文育学通江湖山河春秋龙凤云月天星华宝德仁义和康乐福安平顺建振'],
  [...'山河水桥塘泉源岭口城门台宁和丰盛泰昌瑞祥景秀苑翠庆达盈源航晖华庭晟樾澜溪'],
];
const stem = (random: Random, half: Half): string =>
  until(half, () => random.pick(stemSigns[0]) + random.pick(stemSigns[1]));

const road = (random: Random, half: Half): string =>
  stem(random, half) +
  random.pick(words('路 路 路 街 大道 中路 北路 东路 西街 一路 二路 巷 支路 横街 直街 弄'));

const village = (random: Random, half: Half): string =>
  random.chance(0.4)
    ? `${random.pick(common)}家${random.pick(words('村 桥村 埭村 湾村 庄 坞村 汇村 浜村'))}`
    : `${stem(random, half)}${random.pick(words('村 村 社区'))}`;

const estate = (random: Random, half: Half): string =>
  stem(random, half) +
  random.pick(
    words(
      '小区 花园 苑 东苑 西苑 公寓 府 名府 华庭 名都 雅苑 新村 公馆 家园 大厦 广场 中心 城 里 园 湾 郡',
    ),
  );

const towns = words(
  '北干街道 城厢街道 新塘街道 蜀山街道 宁围街道 盈丰街道 新街街道 闻堰街道 临浦镇 瓜沥镇 义桥镇 所前镇 衙前镇 河上镇 戴村镇 浦阳镇 进化镇 楼塔镇 益农镇 党湾镇',
);
const heads = words(
  '杭州市萧山区 萧山区 浙江省杭州市萧山区 萧山 杭州萧山 安徽省阜阳市颍上县 河南省信阳市固始县 江西省上饶市广丰区 贵州省毕节市织金县 四川省达州市渠县 湖北省黄冈市 绍兴市柯桥区',
);
const chinese = words('一 二 三 四 五 六 七 八 九 十 十一 十二 十五 十七 二十 二十三');

/** Where within an estate, in the ways people write it. */
function inside(random: Random): string {
  const n = (max: number): number => random.whole(1, max);
  const room = `${n(28)}0${n(4)}`;
  return random.weighted<() => string>([
    [() => `${n(40)}幢${n(4)}单元${room}室`, 20],
    [() => `${n(40)}幢${room}`, 12],
    [() => `${n(30)}号楼${n(3)}单元${room}`, 12],
    [() => `${n(30)}-${n(4)}-${room}`, 12],
    [() => `${n(20)}#${room}`, 5],
    [() => `${random.pick(['A', 'B', 'C', 'D'])}座${room}`, 7],
    [() => `${random.pick(chinese)}幢${random.pick(chinese)}单元`, 5],
    [() => `${n(30)}栋${n(4)}单元`, 7],
    [() => `${n(30)}幢底商${n(9)}号`, 3],
    [() => `${n(20)}幢${n(2)}单元${n(6)}楼东户`, 3],
    [() => `${random.pick(['东', '南', '北'])}区${n(20)}幢`, 4],
    [() => `${n(20)}幢与${n(20) + 20}幢之间`, 2],
    [() => `${n(4)}楼${n(60)}号`, 4],
  ])();
}

/** An address in one of the ways people write it. */
export function hardAddress(random: Random, half: Half): string {
  const n = (max: number): number => random.whole(1, max);
  const head = random.chance(0.35) ? random.pick(heads) : '';
  const town = random.chance(0.5) ? random.pick(towns) : '';
  const [way, place] = [road(random, half), village(random, half)];
  const above = head + town;
  const near = above === '' ? random.pick(towns) : above;
  return random.weighted<() => string>([
    [() => `${above}${way}${n(990)}号`, 18],
    [() => `${above}${way}${n(990)}号${estate(random, half)}${inside(random)}`, 8],
    [() => `${above}${estate(random, half)}${inside(random)}`, 20],
    [() => `${above}${way}${n(300)}-${n(40)}号`, 4],
    [() => `${above}${way}${n(300)}号之${random.pick(chinese)}`, 2],
    [() => `${above}${way}${n(200)}弄${n(60)}号${n(6)}0${n(4)}室`, 4],
    [() => `${above}${way}${random.pick(chinese)}号`, 3],
    [() => `${near}${place}${n(20)}组${n(80)}号`, 7],
    [() => `${near}${place}${n(80)}号`, 5],
    [() => `${near}${place}第${random.pick(chinese)}村民小组`, 3],
    [() => `${near}${place}${random.pick(common)}家${n(60)}号`, 3],
    [() => `${above}${way}与${road(random, half)}交叉口`, 4],
    [() => `${above}${way}${road(random, half)}路口`, 2],
    [() => `${above}${way}${n(990)}号${estate(random, half)}${n(20)}层`, 4],
    [() => `${above}${way}${n(500)}号${n(9)}号店面`, 2],
    [() => `${random.pick(heads)} ${random.pick(towns)} ${way} ${n(800)} 号`, 3],
    [() => `${near}${place}文化礼堂西侧${n(30)}号`, 1],
  ])();
}

const roadsInLetters = words('Jincheng Tonghui Yucai Shixin Xiaoshao Renmin Jianshe Boxue');
const english = (random: Random): string =>
  random.pick([
    () =>
      `Room ${random.whole(1, 20)}0${random.whole(1, 4)}, Building ${random.whole(1, 30)}, No. ${random.whole(1, 900)} ${random.pick(roadsInLetters)} Road, Xiaoshan District, Hangzhou`,
    () => `No.${random.whole(1, 900)} ${random.pick(roadsInLetters)} Rd, Hangzhou`,
    () =>
      `${random.whole(1, 900)} ${random.pick(roadsInLetters)} Street, Xiaoshan, Hangzhou, Zhejiang`,
  ])();

/** Bodies that bear the name of a person or of a family. */
const body = (random: Random, half: Half): string =>
  random.pick([
    () => `${random.pick(common)}${given(random, half)}中学`,
    () => `${random.pick(common)}${given(random, half)}律师事务所`,
    () => `${random.pick(usual)}记面馆`,
    () => `杭州${stem(random, half)}建材有限公司`,
    () => `${random.pick(common)}氏宗祠`,
    () => `${stem(random, half)}纺织厂`,
    () => `${random.pick(common)}${given(random, half)}诊所`,
    () => `杭州${random.pick(common)}家大院餐饮管理有限公司`,
    () => `${random.pick(usual)}家桥小学`,
    () => `${stem(random, half)}卫生服务中心`,
  ])();

const books = words(
  '平凡的世界 人世间 钢铁是怎样炼成的 城南旧事 朝花夕拾 海底两万里 白鹿原 边城 围城 呐喊 骆驼祥子 茶馆',
);

const slotsOf = (half: Half): Slots => ({
  n: named((r) =>
    r.chance(0.01) ? until(half, () => r.pick(asWords)) : family(r) + given(r, half),
  ),
  c: named((r) => r.pick(compound) + given(r, half)),
  r: named((r) => r.pick(rare) + given(r, half)),
  w: named((r) => until(half, () => r.pick(asWords))),
  m: named((r) => foreign(r, half)),
  a: ['address', (r) => hardAddress(r, half)],
  ea: ['address', english],
  p: ['mobile', mobile],
  o: [null, (r) => body(r, half)],
  s: [null, (r) => road(r, half)],
  v: [null, (r) => village(r, half)],
  b: [null, (r) => r.pick(books)],
  k: [null, (r) => String(r.whole(2, 9000))],
  d: [
    null,
    (r) =>
      r.pick([
        () => `2026年${r.whole(1, 11)}月${r.whole(1, 28)}日`,
        () => `${r.whole(1, 11)}月${r.whole(1, 28)}日上午`,
        () => `2026-${r.whole(10, 11)}-${r.whole(10, 28)}`,
        () => `去年${r.whole(1, 12)}月`,
      ])(),
  ],
});

const frames = (half: Half): string[] =>
  readFileSync(join(import.meta.dirname, `discovery-hard-${half}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** The frames of a half filled once. */
export function hardTexts(random: Random, half: Half): Labelled[] {
  const slots = slotsOf(half);
  return frames(half).map((frame) => fill(frame, slots, random));
}

const slotOfName = /\{[ncrwm]\d?\}/;
const reach = 14;

/** What stands before one name with what stands behind another: contexts nobody wrote. */
export function mixedTexts(random: Random, half: Half, count: number): Labelled[] {
  const slots = slotsOf(half);
  const pieces = frames(half)
    .map((frame) => frame.split(slotOfName))
    .filter(({ length }) => length > 1);
  const cut = (text: string, from: number, to?: number): string =>
    text.includes('{') ? text : text.slice(from, to);
  return Array.from({ length: count }, () => {
    const [one, other] = [random.pick(pieces), random.pick(pieces)];
    const before = one[random.whole(0, one.length - 2)] ?? '';
    const after = other[random.whole(1, other.length - 1)] ?? '';
    const name = random.weighted([
      ['{n}', 30],
      ['{c}', 2],
      ['{r}', 3],
      ['{m}', 5],
      ['{w}', 1],
    ]);
    return fill(`${cut(before, -reach)}${name}${cut(after, 0, reach)}`, slots, random);
  });
}

/** Values of columns that are nothing else: names, and places that could be taken for some. */
export function bareTexts(random: Random, half: Half, count: number): Labelled[] {
  const slots: Slots = {
    ...slotsOf(half),
    v: [null, (r) => village(r, half)],
    e: [null, (r) => estate(r, half)],
  };
  return Array.from({ length: count }, () =>
    fill(random.pick(['{n}', '{n}', '{e}', '{e}', '{v}', '{s}', '{o}']), slots, random),
  );
}
