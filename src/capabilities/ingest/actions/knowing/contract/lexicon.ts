/**
 * Words of headers and file names with the English word an item is called by. What is not found
 * here is spelt in pinyin: readable and stable either way.
 */
const words = `
公民身份号码:citizen_id 证明:certificate 证号:certificate_no 号:no 户:household 死亡:death
亡:death 标准地址:standard_address 保障:support 起保:support_start 低保:subsistence_aid
津贴:allowance 高龄:elder 流动人口:migrant 市场主体:firm 对象:recipient 公共:public
安装:installed 运营:operator 管理员:manager 功率:power 投运:commissioned 月均:monthly
电费:electricity_fee 水费:water_fee 年均:yearly 负责:responsible 类目:class 名单:list
所在:located 所属:belonging 服务:service 设施:facility 安全:safety 隐患:hazard 整改:correction
巡查:patrol 巡检:patrol 采集:collected 备案:filed 报送:reported 发布:published 截图:screenshot
启用:enabled 停用:disabled 用户:user 村民:villager 部件:component 井盖:cover 路灯:lamp 编号:no
编码:code 代码:code 号码:number 序号:serial 单号:no 流水号:serial 名称:name 姓名:name
联系人:contact 负责人:manager 责任人:keeper 经办人:clerk 申请人:applicant 户主:householder
当事人:party 报警人:caller 来电人:caller 发言人:speaker 记录人:recorder
法定代表人:legal_representative 法人:legal_person 干部:cadre 身份证号码:citizen_id
身份证号:citizen_id 身份证:citizen_id 证件号码:citizen_id 证件号:citizen_id
证件类型:document_type 手机号码:mobile 手机号:mobile 手机:mobile 联系电话:phone 电话号码:phone
电话:phone 固定电话:landline 传真:fax 联系方式:contact_way 邮箱:email 邮编:postal_code
邮政编码:postal_code 网址:url 车牌号码:plate 车牌号:plate 车牌:plate 银行卡号:bank_card
银行账号:bank_account 账号:account 开户行:bank 护照号:passport 统一社会信用代码:uscc
社会信用代码:uscc 信用代码:uscc 组织机构代码:organisation_code 企业:company 公司:company
单位:unit 部门:department 机构:organisation 学校:school 医院:hospital 派出所:police_station
地址:address 住址:home_address 户籍:registered 现住:present 地点:place 位置:location
坐落:location 道路:road 路段:road_section 门牌号:door_number 门牌:door_number 小区:compound
幢号:building 楼栋:building 幢:building 单元:unit_entrance 室号:room 房号:room 楼层:floor
镇街:town 乡镇:town 街道:street 村社:village 社区:community 行政村:village 村:village
网格:grid 区划:division 行政区划:division 属地:territory 区县:county 省:province 市:city
经度:lon 纬度:lat 坐标:coordinate 面积:area 长度:length 宽度:width 高度:height 日期:date
时间:time 时刻:time 年月:year_month 年份:year 年度:year 月份:month 出生日期:birth_date
出生年月:birth_month 生日:birth_date 开始:start 结束:end 起始:start 截止:end 生效:effective
失效:expiry 有效期:valid_until 登记:registered 注册:registered 创建:created 更新:updated
修改:updated 上报:reported 受理:accepted 办结:closed 办理:handled 签收:signed 派遣:dispatched
移交:handed_over 收件:received 发放:paid 审批:approved 核准:approved 批准:approved
普查:surveyed 检查:inspected 建成:built 期限:deadline 时限:deadline 用时:duration 类别:class
类型:type 分类:class 种类:kind 小类:subclass 大类:class 性质:nature 等级:level 级别:level
状态:state 情况:situation 程度:degree 来源:source 渠道:channel 方式:way 用途:use 原因:reason
结果:result 内容:content 描述:description 备注:note 说明:note 标题:title 摘要:summary
意见:opinion 建议:suggestion 评价:rating 得分:score 分数:score 性别:sex 民族:ethnicity
年龄:age 学历:education 职业:occupation 婚姻:marital 婚姻状况:marital_status
政治面貌:political_status 国籍:nationality 籍贯:native_place 关系:relation
与户主关系:relation_to_householder 人数:persons 户数:households 人口:population 数量:quantity
次数:times 张数:count 金额:amount 费用:fee 价格:price 单价:unit_price 补贴:subsidy
补助:subsidy 工资:wage 收入:income 税额:tax 产值:output 资本:capital
注册资本:registered_capital 行业:industry 经营范围:business_scope 许可证:licence
证书:certificate 合同:contract 项目:project 事项:matter 事件:event 工单:order 案件:file
警情:incident 接处警:incident 诉求:request 投诉:complaint 设备:device 车辆:vehicle
车型:vehicle_type 房屋:house 产权:title_deed 不动产单元号:real_estate_code 权属:owner
属主:owner 承办:handler 处置:handling 主管:authority 值班:duty 班次:shift 照片:photos
群名:group 群:group 紧急:urgency 退回:returned 按时:on_time 是否:is 秒数:seconds 回复:reply
管线:pipe 走向:run 埋深:depth 管养:keeper 标识码:id 标识:id 标准:standard 城市:city 值守:duty
联村:liaison 数据:data 台账:ledger 名单:list 清单:list 目录:catalogue 明细:details 信息:info
登记表:register 统计:statistics 历史:history 人员:staff 居民:resident 老人:elder
儿童:child 低保:subsistence_aid 残疾:disability 残疾人:disabled 学生:student 教师:teacher
企业名称:company_name 单位名称:unit_name 机构名称:organisation_name 联系地址:contact_address
上次:last 首次:first 总:total 个数:count 编制:staffing 摄像头:camera 充电桩:charger
停车场:car_park 泊位:parking_space 发言:said 记录:recorded 雨水:rainwater 污水:sewage
给水:water 燃气:gas 电力:power 通信:telecom 交通:traffic 消防栓:hydrant 提交:submitted
处理:processed 反馈:feedback 满意度:satisfaction 住院:hospital_stay 就诊:visit 诊断:diagnosis
死亡:death 出生:birth 领取:received 享受:entitled 证照:licence 年检:annual_check
法人:legal_person 成立:founded 变更:changed 注销:cancelled 吊销:revoked 处罚:penalty
决定:decision 许可:permit 用电:electricity 用水:water 抄表:meter 户号:account_no 表号:meter_no
起:from 止:to 所属:belonging 公园:park 厕所:toilet 公厕:public_toilet 垃圾:refuse 河道:river
水库:reservoir 桥梁:bridge 道班:road_crew 消防:fire 消火栓:hydrant 树木:tree`;

const lexicon = new Map(
  words
    .trim()
    .split(/\s+/)
    .map((pair): [string, string] => {
      const [zh = '', en = ''] = pair.split(':');
      return [zh, en];
    }),
);

const longest = Math.max(...[...lexicon.keys()].map((word) => word.length));

/** Signs that mean nothing in a header. */
const fillers = /[的\s\u3000()（）[\]【】:：,，、/·\-—_.。*＊?？"“”'']/u;

/** A piece of a text: with its English word, or without one. */
export interface Piece {
  text: string;
  en: string | null;
}

/** Cuts a Chinese text into known words, longest first, and what lies between. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let unknown = '';
  const put = (piece?: Piece): void => {
    if (unknown !== '') found.push({ text: unknown, en: null });
    unknown = '';
    if (piece !== undefined) found.push(piece);
  };
  for (let at = 0; at < text.length; ) {
    const latin = /^[A-Za-z0-9]+/.exec(text.slice(at))?.[0];
    let size = Math.min(longest, text.length - at);
    while (size > 0 && !lexicon.has(text.slice(at, at + size))) size -= 1;
    const word = text.slice(at, at + size);
    if (size > 0) put({ text: word, en: lexicon.get(word) ?? null });
    else if (latin !== undefined) put({ text: latin, en: latin.toLowerCase() });
    else if (fillers.test(text[at] ?? '')) put();
    else unknown += text[at];
    at += size > 0 ? size : (latin?.length ?? 1);
  }
  put();
  return found;
}

/** English words of a text; null when some of it is not known. */
export function translated(text: string): string | null {
  const found = pieces(text);
  const known = found.map(({ en }) => en).filter((en) => en !== null);
  return known.length < found.length || found.length === 0 ? null : known.join(' ');
}
