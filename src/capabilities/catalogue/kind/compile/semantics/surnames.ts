/**
 * Surnames in use, most frequent first (order after the name reports of the Ministry of Public
 * Security), then compound ones: a column of names is recognised by them, no value is refused.
 */
const single =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蒋蔡余于杜叶程苏傅魏吕丁任' +
  '沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严赖覃洪武戴莫孔常' +
  '向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕' +
  '单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦' +
  '麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩' +
  '明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强' +
  '帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓' +
  '修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植' +
  '衡富尧闭由' +
  '萧阎肖水昌贝钮滑怀从鄂籍双莘贡扶宰郦濮寿通别习充宦鱼慎暨步弘广禄沃蔚越空养须后红竺益桓蓟经凤糜羿松弓牧山秋' +
  '仰韶能苍堵郗郏酆宓蓬钭郄鄞阙仉种逄訾璩逯郇禤妥德才庹贠拜哈喇铁图门佘佴郏' +
  '贲诸荀汲邴隗暴咸庾终东殳夔厍融毋乜巢蒯旷粱端藏泽赏' +
  '占过萨眭锺洛召稽君笪闪撒岐么呙缑祭隰续逢苌虎竹户丑汝闾茆菅忻达库雒麴仵励纳买妫姒宛恽操昂沐渠矫税箕粘线虢遆酒钦镡靖佀谯郧禚綦楮隽郤銮爨郐邾铎侍岱巨肇臣藉鄯俱淡候拓枚栋';
const compound =
  '欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|轩辕|端木|南宫|独孤|澹台|申屠|钟离|淳于|太史|赫连|' +
  '闻人|濮阳|公冶|宗政|公羊|东郭|南门|呼延|拓跋|纳兰|完颜|万俟|司寇|鲜于|乐正|漆雕|巫马|仲孙|单于';

/** Surnames of one sign, most frequent first, and compound ones. */
export const surnames: { single: readonly string[]; compound: readonly string[] } = {
  single: [...single],
  compound: compound.split('|'),
};

/** RE2 of a surname, compound ones first. */
export const surnamePattern = `${compound}|[${single}]`;
