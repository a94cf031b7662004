/** What the story page says of each stop: words, drawing, who acts, where the real thing is. */
import type { StoryFacts } from './script.ts';
import type { StorySite } from './site.ts';

interface Bilingual {
  zh: string;
  en: string;
}

export interface StopCard {
  n: number;
  title: Bilingual;
  lines: Bilingual[];
  heading: Bilingual;
  what: Bilingual;
  scene: string;
  facts: Record<string, string>;
  link: string;
  role: Bilingual;
  account: string;
  todo: { label: Bilingual; link: string; key: string }[];
}

export interface CardInput {
  site: StorySite;
  facts: StoryFacts;
}

const text = (zh: string, en: string): Bilingual => ({ zh, en });
const todo = (key: string, link: string, zh: string, en: string) => ({
  key,
  link,
  label: text(zh, en),
});

const hubLink = ({ facts }: CardInput): string =>
  facts.groupEvent ? `/hub/${facts.groupEvent}` : '/hub';
const place = ({ site }: CardInput): string => `${site.road} ${site.number} 号对面`;

const reported = (input: CardInput): StopCard => ({
  n: 1,
  title: text('有人在群里说', 'Somebody says so in a group'),
  lines: [
    text('王**，霞江村村民群', 'Wang**, group of Xiajiang village'),
    text('联络员记进群台账', 'the liaison cadre enters it'),
  ],
  heading: text('群里一句话，也是一件报件', 'A line in a chat is a report'),
  what: text(
    `联村干部把群里的话和照片记进群台账，平台 30 秒内签收并回群。地点“${place(input)}”由地址库落到网格。`,
    `The liaison cadre enters words and photo; the platform signs within 30 seconds and answers the group.`,
  ),
  scene: 'chat',
  facts: { quote: '路边井盖塌了半边' },
  link: hubLink(input),
  role: text('联村干部', 'Liaison cadre'),
  account: 'lou',
  todo: [
    todo('R', hubLink(input), '看这件报件和照片', 'See the report and its photo'),
    todo('L', '/phone/report', '用手机再报一件', 'Report one from the phone'),
  ],
});

const joined = (input: CardInput): StopCard => ({
  n: 2,
  title: text('三件并一案', 'Three become one'),
  lines: [
    text('坐席 周**', 'duty seat Zhou**'),
    text('30 秒内签收，三方都有回话', 'signed within 30 s, all three answered'),
  ],
  heading: text('三个渠道，同一只井盖', 'Three channels, one cover'),
  what: text(
    '12345 和 110 随后各来一件。同址、同时段、同类，平台提议并案并写明理由，由坐席确认。',
    '12345 and 110 follow. Same place, same hours, same matter: the platform proposes to join, the seat confirms.',
  ),
  scene: 'join',
  facts: { event: (input.facts.groupEventNumber ?? '').split('-').at(-1) ?? '' },
  link: hubLink(input),
  role: text('坐席', 'Duty seat'),
  account: 'zhou',
  todo: [
    todo('M', hubLink(input), '看并案的理由', 'See why they were joined'),
    todo('S', '/hub', '看收件箱和签收时钟', 'See the inbox and its clocks'),
  ],
});

const dispatched = (input: CardInput): StopCard => ({
  n: 3,
  title: text('派给谁，为什么', 'To whom, and why'),
  lines: [
    text('部件登记给出属主', 'the register gives the owner'),
    text('理由写在单子上', 'the reason stands on the order'),
  ],
  heading: text('部件：先属主，后属地', 'Component: owner first, then territory'),
  what: text(
    `地址落到霞江村第三网格；部件 ${input.site.component} 登记属主为${input.site.registered.name}。主办派属主，协办派新塘街道。登记在这里是错的：第 4 步现场看到铭文后改派，第 6 步改登记。`,
    `The address lies in Xiajiang's third grid; component ${input.site.component} is registered to the wrong company. It is redirected at stop 4 and the register mended at stop 6.`,
  ),
  scene: 'reason',
  facts: {},
  link: hubLink(input),
  role: text('坐席', 'Duty seat'),
  account: 'zhou',
  todo: [
    todo('D', hubLink(input), '看派遣理由，确认或改派', 'See the reason, confirm or change'),
    todo('G', '/catalogue/components', '打开这只井盖的登记', 'Open the register'),
  ],
});

const guarded = (input: CardInput): StopCard => ({
  n: 4,
  title: text('守住，再换', 'Guard, then replace'),
  lines: [
    text('网格员 沈**、抢修班', 'grid worker Shen**, the crew'),
    text('改派属主，换好井盖', 'redirected, cover replaced'),
  ],
  heading: text('指挥室二次派遣，网格员先到', 'The command room sends the grid worker'),
  what: text(
    `新塘街道指挥室二次派遣到网格，沈** 到场看护，拍下铭文：属主是${input.site.real.name}。坐席改派，抢修班换好井盖。`,
    `Xintang's command room sends the grid worker, who guards the spot and photographs the plate: another owner. The seat redirects, the crew replaces the cover.`,
  ),
  scene: 'guarded',
  facts: {},
  link: '/phone',
  role: text('网格员', 'Grid worker'),
  account: 'shen',
  todo: [
    todo('P', '/phone', '打开网格员的手机', "Open the grid worker's phone"),
    todo('T', hubLink(input), '看现场照片和经过', 'See photos and timeline'),
  ],
});

const verified = (input: CardInput): StopCard => ({
  n: 5,
  title: text('换人核查', 'Verified by another'),
  lines: [
    text('核查员 陈**', 'verifier Chen**'),
    text('三方答复，一人评 5 分', 'all three answered, one rates 5'),
  ],
  heading: text('办的人不能自己核查', 'Who handled it cannot verify it'),
  what: text(
    '没有经手的核查员到场核查拍照；坐席答复三位报事人，王** 评了 5 分。',
    'A verifier who did not handle it looks and photographs; all three reporters are answered, one rates 5.',
  ),
  scene: 'repaired',
  facts: {},
  link: hubLink(input),
  role: text('核查员', 'Verifier'),
  account: 'chen',
  todo: [todo('V', hubLink(input), '看核查和三份答复', 'See verification and answers')],
});

const mended = (input: CardInput): StopCard => ({
  n: 6,
  title: text('登记错了，也要改', 'The register is mended too'),
  lines: [
    text('区综合执法局', 'urban management bureau'),
    text('重新交付，单子自动办结', 'delivered again, closes by itself'),
  ],
  heading: text('规则发现登记与实际不符', 'A rule finds that the register disagrees'),
  what: text(
    `监督模型比对登记属主和真正的处置单位，开出整改单${input.facts.correctionNumber ? ` ${input.facts.correctionNumber}` : ''}。区综合执法局改正后重新交付，复查通过，单子自动办结。`,
    'A rule compares the registered owner with who really handled it and opens a correction. The bureau mends its file and delivers again; the recheck closes it.',
  ),
  scene: 'mended',
  facts: { before: input.site.registered.name, after: input.site.real.name },
  link: '/corrections',
  role: text('数源单位', 'Data officer'),
  account: 'sun',
  todo: [
    todo('Z', '/corrections', '看这张整改单', 'See the correction'),
    todo('I', '/ingest', '看重新交付的文件', 'See the delivery'),
    todo('X', '/catalogue/components', '看改了哪一行', 'See the row that changed'),
  ],
});

const moved = (input: CardInput): StopCard => ({
  n: 7,
  title: text('数字动了', 'The numbers moved'),
  lines: [
    text('村、镇街、区三级', 'village, town, district'),
    text('点开就见这一只井盖', 'a click shows this very cover'),
  ],
  heading: text('三级驾驶舱', 'Cockpits of three levels'),
  what: text(
    '村里少了一件未办结，镇街和全区的部件属主正确率都升了。每个数字都点得开：时刻、属主、背后的每一行。',
    'One open event less in the village, more right owners in town and district. Every number opens to its rows.',
  ),
  scene: 'number',
  facts: {},
  link: `/cockpit/${input.site.town}`,
  role: text('领导', 'Leader'),
  account: 'zhang',
  todo: [
    todo('C', `/cockpit/${input.site.town}`, '打开新塘街道驾驶舱', "Open Xintang's cockpit"),
    todo('W', '/wall/330109', '打开全区大屏', "Open the district's wall"),
  ],
});

/** The seven cards with what this playing knows so far. */
export const stopCards = (input: CardInput): StopCard[] =>
  [reported, joined, dispatched, guarded, verified, mended, moved].map((card) => card(input));

export interface StoryNumberPlan {
  indicator: string;
  /** Unit it is shown for, from the site. */
  unit: (site: StorySite, district: string) => string;
  /** Stop after which the value before the change is taken. */
  before: number;
}

export const storyNumbers: readonly StoryNumberPlan[] = [
  { indicator: 'open_events', unit: (site) => site.grid.slice(0, 12), before: 3 },
  { indicator: 'component_owner_right', unit: (site) => site.town, before: 5 },
  { indicator: 'component_owner_right', unit: (_site, district) => district, before: 5 },
];
