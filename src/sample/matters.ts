/**
 * What people complain of: how often, in what words, who handles it. Shares and words are invented.
 */

export interface SampleMatter {
  code: string;
  name: string;
  /** Class of the component register; empty for events. */
  component: string;
  urgent: boolean;
  share: number;
  /** Happens more on rainy days. */
  wet: boolean;
  classes: { hotline: string; police: string };
  titles: readonly string[];
  words: readonly string[];
}

const declare = (
  [code, name, component]: [string, string, string],
  [share, urgent, wet]: [number, boolean, boolean],
  [hotline, police]: [string, string],
  titles: string[],
  words: string[],
): SampleMatter => ({
  code,
  name,
  component,
  share,
  urgent,
  wet,
  classes: { hotline, police },
  titles,
  words,
});

export const matters: readonly SampleMatter[] = [
  declare(
    ['01-01-001', '井盖破损缺失', '井盖'],
    [9, true, true],
    ['城市管理-市政设施-井盖', '公共设施'],
    ['井盖破损', '井盖异响', '井盖下沉', '窨井盖缺失'],
    [
      '车子压过去井盖哐当响，晚上吵得睡不着',
      '窨井盖破了一块，怕有人踩空',
      '井盖下沉有个坑，电动车过去很危险',
    ],
  ),
  declare(
    ['01-02-001', '路灯不亮', '路灯'],
    [10, false, false],
    ['城市管理-市政设施-路灯', '公共设施'],
    ['路灯不亮', '连续几盏路灯不亮'],
    ['路灯坏了好几天，晚上黑漆漆的', '这一段路灯不亮，老人小孩走路不方便'],
  ),
  declare(
    ['01-03-001', '消火栓损坏漏水', '消火栓'],
    [2, true, false],
    ['城市管理-公用设施-消火栓', '公共设施'],
    ['消火栓漏水', '消防栓被撞歪'],
    ['消火栓一直在漏水，水流到马路上', '消防栓被车撞歪了，没人管'],
  ),
  declare(
    ['02-01-001', '公交站亭破损', '公交站亭'],
    [2, false, false],
    ['交通运输-公交-站亭', '公共设施'],
    ['公交站亭玻璃破了', '候车亭座椅坏了'],
    ['候车亭的玻璃碎了，地上有玻璃渣', '公交站的座椅掉了一块'],
  ),
  declare(
    ['02-02-001', '标志牌倾斜缺失', '交通标志'],
    [3, false, true],
    ['交通运输-道路-标志', '交通设施'],
    ['标志牌歪了', '护栏倒了一截'],
    ['路口的标志牌歪了，看不清', '护栏倒在路边，挡住非机动车道'],
  ),
  declare(
    ['03-01-001', '垃圾箱破损满溢', '垃圾箱'],
    [6, false, false],
    ['城市管理-市容环卫-垃圾箱', '环境卫生'],
    ['垃圾桶满溢', '垃圾箱破损'],
    ['垃圾桶满了没人清，味道很重', '垃圾箱盖子坏了，野猫翻得到处都是'],
  ),
  declare(
    ['04-01-001', '行道树倒伏断枝', '行道树'],
    [3, true, true],
    ['城市管理-园林绿化-行道树', '公共设施'],
    ['行道树断枝', '树倒在路上'],
    ['树枝断了挂在半空，下面都是停车位', '昨晚刮风，树倒在人行道上'],
  ),
  declare(
    ['05-01-001', '暴露垃圾', ''],
    [14, false, false],
    ['城市管理-市容环卫-暴露垃圾', '环境卫生'],
    ['垃圾堆放', '建筑垃圾没人清'],
    ['河埠头堆了好多垃圾，异味很大', '装修垃圾堆在楼下一个星期了'],
  ),
  declare(
    ['05-02-001', '道路遗撒积水', ''],
    [7, true, true],
    ['城市管理-市容环卫-道路', '道路积水'],
    ['路面积水', '渣土车遗撒'],
    ['下雨后路面积水很深，车过不去', '渣土车一路遗撒泥浆，路很滑'],
  ),
  declare(
    ['06-01-001', '夜间施工噪声', ''],
    [13, false, false],
    ['生态环境-噪声-施工', '噪声扰民'],
    ['夜间施工噪声', '工地半夜还在施工'],
    ['工地夜里十一点还在打桩，孩子没法睡', '夜间施工噪音很大，打了几次电话'],
  ),
  declare(
    ['07-01-001', '占道经营', ''],
    [11, false, false],
    ['城市管理-街面秩序-占道', '街面秩序'],
    ['占道经营', '流动摊贩堵路'],
    ['小区门口天天有人占道摆摊，车子开不进', '流动摊把人行道占满了'],
  ),
  declare(
    ['07-02-001', '共享单车乱停放', ''],
    [8, false, false],
    ['城市管理-街面秩序-非机动车', '街面秩序'],
    ['共享单车乱停', '单车堆在单元门口'],
    ['共享单车堆在门口，轮椅出不来', '地铁口单车乱停，盲道都占了'],
  ),
  declare(
    ['08-01-001', '水管爆裂', ''],
    [3, true, false],
    ['公用事业-供水-爆管', '公共设施'],
    ['水管爆裂', '路面冒水'],
    ['路边水管爆了，水冒得很高', '马路中间冒水，家里停水了'],
  ),
  declare(
    ['09-01-001', '其他诉求', ''],
    [9, false, false],
    ['其他-咨询', '求助'],
    ['咨询办事流程', '反映邻里纠纷'],
    ['想问一下居住证到哪里办', '楼上总是晾衣服滴水，请社区帮忙说一下'],
  ),
];

/** Who handles a component in truth is the register's matter; an event is handled by its town. */
export const matterWeight = (matter: SampleMatter, isRaining: boolean): number =>
  matter.share * (matter.wet && isRaining ? 2.4 : 1);
