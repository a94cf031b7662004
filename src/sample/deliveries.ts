/**
 * The deliveries of the sample: which department sends what, in which form, under which headers.
 */
import type { DirtPlan } from './dirt.ts';
import type { FileFormat } from './files.ts';

export interface DeliveryForm {
  dataset: string;
  file: string;
  format: FileFormat;
  /** Items in the order of the file, with the header the department writes. */
  headers: Record<string, string>;
  dirt: Omit<DirtPlan, 'items' | 'keep' | 'delimited'>;
}

const components: DeliveryForm = {
  dataset: 'components',
  file: '区综合执法局-城市部件.csv',
  format: 'utf8',
  headers: {
    comp_id: '部件编号',
    comp_name: '名称',
    comp_class: '小类',
    state: '状态',
    grid_code: '网格编码',
    address: '位置',
    lon: '经度',
    lat: '纬度',
    owner_code: '权属单位代码',
    owner_name: '权属单位',
    owner_uscc: '权属信用代码',
    keeper: '管养责任人',
    keeper_tel: '责任人手机',
    keeper_id: '责任人证件号',
    pipe_line: '管线走向埋深',
    surveyed_on: '普查日期',
  },
  dirt: {
    required: ['grid_code', 'owner_name', 'comp_name'],
    dates: ['surveyed_on'],
    codes: ['state', 'owner_code', 'grid_code'],
    text: 'address',
    key: 'comp_id',
    checked: ['owner_uscc', 'keeper_id'],
  },
};

const addresses: DeliveryForm = {
  dataset: 'addresses',
  file: '规划资源分局-标准地址.csv',
  format: 'gbk',
  headers: {
    addr_code: '编码',
    full_name: '标准地址',
    town_code: '镇街编码',
    village_code: '村社编码',
    grid_code: '网格编码',
    road: '道路',
    number: '门牌',
    compound: '小区',
    building: '幢号',
    lon: 'X坐标',
    lat: 'Y坐标',
  },
  dirt: {
    required: ['full_name', 'grid_code'],
    dates: [],
    codes: ['village_code', 'number'],
    text: 'full_name',
    key: 'addr_code',
    checked: [],
  },
};

const workOrders: DeliveryForm = {
  dataset: 'work_orders_12345',
  file: '区信访局-12345工单.xlsx',
  format: 'xlsx',
  headers: {
    order_no: '工单号',
    received_at: '受理时间',
    way: '来源',
    caller_name: '来电人',
    caller_phone: '联系电话',
    kind: '诉求类型',
    class: '诉求分类',
    title: '标题',
    content: '诉求内容',
    address: '地址',
    town_code: '属地编码',
    urgency: '紧急程度',
    limit_at: '办结期限',
    state: '状态',
  },
  dirt: {
    required: ['title', 'content', 'kind'],
    dates: ['received_at'],
    codes: ['urgency', 'state', 'kind'],
    text: 'title',
    key: 'order_no',
    checked: [],
  },
};

const handovers: DeliveryForm = {
  dataset: 'handovers_110',
  file: '公安分局-110非警务移交.csv',
  format: 'gbk',
  headers: {
    handover_no: '移交单号',
    incident_no: '警情编号',
    alarm_at: '报警时间',
    handed_at: '移交时间',
    caller_name: '报警人',
    caller_phone: '报警电话',
    class: '警情类别',
    content: '警情内容',
    address: '地址',
    town_code: '属地编码',
    station: '派出所',
    state: '移交状态',
  },
  dirt: {
    required: ['content', 'address'],
    dates: ['handed_at', 'alarm_at'],
    codes: ['state', 'town_code'],
    text: 'content',
    key: 'handover_no',
    checked: [],
  },
};

const ledger: DeliveryForm = {
  dataset: 'group_ledger',
  file: '社会工作部-群台账.csv',
  format: 'utf8',
  headers: {
    ledger_no: '序号',
    group_name: '群名',
    said_at: '发言时间',
    speaker_name: '发言人',
    content: '内容',
    address: '地点',
    village_code: '村社编码',
    recorder: '联村干部',
    recorded_at: '记录时间',
    photos: '照片张数',
    state: '回复情况',
  },
  dirt: {
    required: ['content', 'recorder'],
    dates: ['said_at'],
    codes: ['state', 'photos'],
    text: 'address',
    key: 'ledger_no',
    checked: [],
  },
};

const contacts: DeliveryForm = {
  dataset: 'duty_contacts',
  file: '区政府办公室-值班联系人.xlsx',
  format: 'xlsx',
  headers: {
    dept_code: '部门编码',
    dept_name: '部门',
    shift: '班次',
    contact_name: '姓名',
    mobile: '手机号',
    phone: '固定电话',
    effective_on: '生效日期',
  },
  dirt: {
    required: ['contact_name'],
    dates: ['effective_on'],
    codes: ['mobile'],
    text: 'dept_name',
    key: 'dept_code',
    checked: [],
  },
};

const history: DeliveryForm = {
  dataset: 'city_event_history',
  file: '区城市智治中心-历史事件.csv',
  format: 'utf8',
  headers: {
    event_id: '编号',
    channel: '渠道',
    matter: '事项编码',
    matter_name: '事项',
    title: '标题',
    address: '地址',
    town_code: '镇街编码',
    village_code: '村社编码',
    grid_code: '网格编码',
    lon: '经度',
    lat: '纬度',
    comp_id: '部件标识码',
    opened_at: '收件时刻',
    signed_seconds: '签收秒数',
    due_at: '办理期限',
    closed_at: '办结时刻',
    on_time: '按时办结',
    owner_code: '处置单位编码',
    owner_name: '承办单位',
    returned: '退回次数',
    rating: '评价',
  },
  dirt: {
    required: ['grid_code', 'owner_name'],
    dates: ['opened_at'],
    codes: ['channel', 'rating'],
    text: 'title',
    key: 'event_id',
    checked: [],
  },
};

export const deliveryForms = {
  addresses,
  components,
  contacts,
  history,
  workOrders,
  handovers,
  ledger,
} as const;

/** In the order in which they should land: places before what refers to them. */
export const deliveryOrder = Object.keys(deliveryForms) as (keyof typeof deliveryForms)[];
