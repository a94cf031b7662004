/**
 * Words that stand around names, addresses and numbers in the texts of offices: alternatives of
 * patterns, in plain Chinese.
 */

/** Alternatives of a pattern, from words with blanks between. */
export const among = (...words: string[]): string => words.join(' ').trim().split(/\s+/).join('|');

/** Behind a name or a surname. */
export const titles = among(
  '先生 女士 小姐 同志 老师 师傅 医生 医师 大夫 护士 书记 主任 局长 副局长 区长 副区长 市长 镇长 副镇长',
  '村长 所长 副所长 院长 校长 站长 店长 厂长 队长 大队长 中队长 组长 科长 处长 部长 会长 董事长 总经理',
  '经理 教授 博士 民警 警官 法官 律师 委员 代表 网格员 户 阿姨 大爷 大妈 大伯 奶奶 爷爷 叔叔',
);

/** How people are spoken of by their surname: no given name. */
export const spokenOf = among(
  '先生 女士 小姐 大妈 大爷 大叔 大伯 阿姨 奶奶 爷爷 老师 师傅 医生 主任 书记 局长 所长 队长 经理 警官',
  '法官 律师 教授 同学 同志 家 家人 氏',
);

/** What people do right behind their name. */
export const doings = among(
  '说 称 表示 反映 介绍 告诉 认为 指出 来电 报警 投诉 举报 自述 陈述 解释 坦言 回忆 强调 透露 建议 要求',
  '咨询 求助 申请 主诉 确认 签收 到场 带队 主持 摄 驾驶 涉嫌 因 系 户籍 联系 身份证 电话 手机 住 现住 家住',
  '今年 诉',
);

/** Words one person is meant by, right before a name. */
export const roles = among(
  '姓名 名字 联系人 当事人 报警人 报案人 来电人 反映人 投诉人 举报人 申请人 被申请人 负责人 责任人',
  '法定代表人 法人代表 法人 法人为 户主 经办人 承办人 办理人 受理人 签收人 处置人 值班员 接警员 网格员',
  '网格长 民警 辅警 警员 医生 医师 护士 患者 病人 患儿 产妇 死者 伤者 家属 监护人 记者 通讯员 作者 编辑',
  '租客 租户 房东 嫌疑人 犯罪嫌疑人 违法行为人 被害人 受害人 证人 驾驶员 司机 乘客 店主 老板 经营者 党员',
  '书记 副书记 主任 副主任 局长 副局长 区长 副区长 镇长 副镇长 所长 副所长 院长 校长 队长 组长 科长 处长',
  '部长 教授 老师 同学 同事 女士 先生 女子 男子 儿子 女儿 妻子 丈夫 父亲 母亲 其父 其母 其妻 其夫 其子',
  '其女 弟弟 哥哥 姐姐 妹妹 朋友 邻居 名叫 名为 叫 叫做 系 护送 送 姓 委托人 代理人 收件人 寄件人 社工',
  '联络员 村医 检查者 报告人 主治 主管 发起人 辅导员 班主任 楼道长 陪护 患儿家长 家长 对方 前夫 前妻 男友',
  '女友 婆婆 公公 岳父 岳母 儿媳 女婿 孙子 孙女 外孙 奶奶 爷爷 表哥 表弟 堂哥 堂弟 叔叔 伯伯 舅舅 姑姑 阿姨',
);

/** Words for many, that may stand before a name all the same. */
export const many = among(
  '居民 村民 市民 业主 职工 员工 工人 老人 学生 同志 干部 志愿者 医护 队员 社区 街道 学校 公司 分队 班',
);

/** With these behind them signs are the name of a place or a body; `(?!...)` spares titles. */
export const placeEnds = among(
  '[东南西北中]?(?:路|街|巷|弄|道|桥|河|湖|江|山|岛|湾|港|浦|塘|堰|闸|溪|潭|岭|坡|洞)',
  '大道 大街 镇 乡 县 村 庄 屯 寨 社区 街道 小区 花园 公寓 新村 公司 集团 厂 店 超市 饭店 酒店 大厦 广场',
  '中学 小学 大学 医院 卫生院 派出所 银行 牌 氏 家(?:村|桥|弄|埠|坞|浜|园|里) 区(?!长) 局(?!长)',
  '委(?!员|书) 办(?!理|公|事) 市(?!长|民) 府 园区 工业 科技 集市 市场 站(?!长|在) 州 省',
);

/** How the name of a body ends. */
export const bodyEnds = among(
  '公司 集团 厂 店 部 行 超市 饭店 酒店 医院 卫生院 诊所 药房 中学 小学 大学 学院 学校 幼儿园 派出所 事务所',
  '研究院 研究所 合作社 经营部 工作室 餐厅 面馆 商行 商店 门市部 协会 基金会 银行 广场 大厦 小区 纪念馆 故居',
  '奖 杯 牌 定律 大桥 村委会 居委会 社区 街道',
);

/** A label begins what is said next: the name before it ended. */
export const labels = among(
  '工作 单位 地址 住址 住 电话 手机 身份 户籍 联系 性别 年龄 出生 职务 来电 反映 称 说 在 于 为 是 到 向 从 对',
);

/** Words that say the number behind them names no person. */
export const otherNumbers = among(
  '单号 编号 流水号? 订单号? 运单 快递 网格(?:编码|号|码)? 设备号? IMEI 序列号 编码 合同号? 发票号?(?:码)?',
  '凭证号? 户号 表号 工号 案号 批号 文号 条码 商品码 QQ号? 群号 SN NO\\.? 部件码? 标识码?',
);

/** Words that say a place is where somebody lives or something happened. */
export const whereWords = among(
  '地址 住址 住所 地点 户籍(?:地|所在地)? 户口所在地 家住 现住 住在 居住在 居住地 居住于 暂住 租住 位于 坐落',
  '籍贯 案发地 发生地 家在 送达 寄往 寄到 祖籍',
);

/** Bodies named after a place: no address. */
export const seats = among(
  '人民政府 政府 办事处 村?委 居委 党 书记 主任 网格 卫生 公安 派出 法院 检察 财政 教育 民政 农业 发改 综合',
  '市场 数据 城管 干部 民警 群众 村民 居民 组织 工作 人大 政协 团委 妇联 总工会 辖区 范围 委员会 志愿 综治',
  '社工 医院 中学 小学 代表 领导 司法 应急',
);

/** How the name of an estate or a building ends; some only with a number behind them. */
export const estates = among(
  '小区 花园 家园 嘉园 新村 公寓 花苑 名苑 佳苑 雅苑 北苑 南苑 东苑 西苑 锦苑 嘉苑 苑 名邸 华府 名府 府邸',
  '山庄 别墅 新城 雅居 名居 豪庭 华庭 名庭 大厦 大楼 广场 商厦 科技园 产业园 工业园 创业园 国际 商城',
  '[城府里庭湾园阁轩居坊](?=\\d) 公馆 时代 雅园 庄园 景园 宿舍',
);

/** How the name of a road ends, unless a word goes on: 路口, 路灯. */
export const roads = among(
  '路(?!过|人|面|边|灯|口|段|线|况|由|程|障|径|政|牌) 大道 大街 街(?!道|面|边|上|头|区|坊) 巷(?!道|子|口)',
  '弄(?!堂|脏|坏|丢|得) 支路 支弄 胡同 国道 省道 县道 快速路 高架',
);

/** Words that make the name of a product end in the sign of a province: 最新A12345. */
export const products = among('最 全 更 创 崭 翻 革 重 阿里 腾讯 华为 公有 私有 混合 上');

/** Words of the trade that the dictionary lacks or finds rare, like names or places. */
export const trade = among(
  '单号 工单 工单号 单位 网格员 网格 网格长 方案库 高新区 高架 应急 成案 时限 时长 包干',
  '包保 安居 安防 安置房 安监 和解 平安 平台 平时 平均 于是 于此 应用 应于 任务 任职',
  '任何 金额 金融 金融办 项目 项目部 常住 常态 常规 全区 全市 全省 全镇 全程 全量 万元',
  '万余 万人 万条 向上 时段 时间 时许 时分 白天 白班 高位 高效 高发 高空 高清 高压 高温',
  '高层 高龄 路口 路面 路段 路边 马路 马上 车主 车辆 车牌 车位 黄灯 黄线 黄码 红码 文明',
  '文号 文书 文化 水管 水质 水表 水务 水费 水利 牛奶 石材 石板 金属 钱款 钱物 钟情 支付',
  '支队 支持 支部 后续 方便 方向 方位 方案 方式 方可 成效 成绩 成立 成员 成功 成果 强化',
  '强调 从而 从业 从事 曾经 曾用名 曾在 温馨 温度 简易 简单 简介 党员 党委 党群 党建',
  '党支部 农户 农村 农业 房东 房屋 房产 房间 权属 权利 权限 明确 明显 明细 易燃 易发',
  '解决 解释 解除 查处 查看 查询 查明 查获 经查 管道 管理 管控 管网 管辖 连续 连接 连日',
  '关于 关注 关闭 关心 关爱 席卷 计划 计算 计生 双方 双休 双向 来电 来访 来源 来自 充电',
  '单元 单车 单独 相关 相邻 相撞 相应 相继 施工 施救 施肥 师傅 居民 居家 居住 段落 毛坯',
  '汤料 鱼塘 商户 商铺 商品 商业 展开 展示 终端 满意 满意率 满载 盛夏 时任 时代 时刻',
  '冷水 冷链 柏油 雷雨 雷达 包括 包裹 包厢 代表 代理 代办 代驾 通讯员 回访 派单 派件',
  '派遣 处置 处警 接警 出警 报警 办结 办件 签收 核查 核实 复核 督办 催办 并案 挂账 退单',
  '微信 微信号 支付宝 身份证号 身份证 手机号 手机号码 联系电话 银行卡 银行卡号 车牌号 车架号',
  '户籍地 现住址 住址 未见 未果 未婚 已婚 离异 主诉 查体 既往史 过敏史 家族史 体温 血压',
  '心率 脉搏 复诊 随访 医嘱 处方 诊断 门诊 数字化 数智 一网统管 浙里办 浙政钉 大脑 驾驶舱',
  '场景 组件 归集 共享 贯通 智治 亩均 驿站 党群服务中心 便民 井盖 路灯 垃圾桶 下水道',
  '雨水管 污水 违建 占道 卫健 卫健局 卫健委 区卫健局 区委 区府 市监局 惠企 智慧 杭绍甬',
  '营商 噪音 油烟 停车 电动车 非机动车 施工队 物业 业委会 业主 保安',
).split('|');

/** Signs in which names of other tongues are written. */
export const foreign =
  '[阿艾爱安奥巴拜班贝比别布才措达代丹旦德登迪丁东多朵顿额尔法夫弗尕嘎盖格古国哈海合赫胡黄吉加江杰卡开凯康克' +
  '肯孔库拉来兰朗勒雷里力丽利列林罗洛马买曼玛迈麦满茂美蒙米密明莫木穆那娜乃纳南尼努诺帕佩皮普其齐恰强琼曲让' +
  '热日仁荣如瑞萨赛桑色沙山珊绍什士守斯苏索塔台太泰坦唐特提铁图土吐托瓦外万维卫沃乌吾西希喜夏先祥肖许旭逊雅亚' +
  '央扬杨耶也依伊以亦易益音英永尤于玉约扎再泽札詹则珍芝治卓孜子宗佐拖帖]';

/** Parts of Tibetan names, which are two of them without a dot. */
export const tibetan = among(
  '扎西 次仁 次旦 卓玛 顿珠 多吉 尼玛 达瓦 巴桑 索朗 央金 拉姆 平措 格桑 旦增 丹增 仁青 仁增 德吉 白玛 洛桑',
  '强巴 才让 群培 边巴 普布 米玛 拉巴 贡布 旺堆 旺姆 曲珍 曲扎 卓嘎 桑珠 罗布 加措 坚赞 晋美 益西 土登 阿旺',
  '塔杰 云丹 其美 宗吉 拥措 泽仁 泽郎 降央 扎巴',
);
