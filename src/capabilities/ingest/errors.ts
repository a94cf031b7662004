import { errorTable } from '#kernel/errors';

export const ingestErrors = errorTable('ingest', {
  empty_file: { status: 422, zh: '文件“{file}”是空的', en: 'The file "{file}" is empty' },
  no_rows: {
    status: 422,
    zh: '文件“{file}”只有表头，没有数据行',
    en: 'The file "{file}" has a header and no rows',
  },
  not_a_table: {
    status: 415,
    zh: '文件“{file}”不是表格（像是{what}）；请交付 CSV、Excel（.xlsx）、JSON、Parquet 或它们的 ZIP',
    en: 'The file "{file}" is no table (it looks like {what}); deliver CSV, Excel (.xlsx), JSON, Parquet, or a ZIP of them',
  },
  old_excel: {
    status: 415,
    zh: '文件“{file}”是旧版（.xls）或加了密码的 Excel；请去掉密码、另存为 .xlsx 或 CSV 再交付',
    en: 'The file "{file}" is an old Excel file (.xls) or has a password; save it as .xlsx or CSV without one',
  },
  bad_excel: {
    status: 422,
    zh: 'Excel 文件“{file}”打不开：{detail}',
    en: 'The Excel file "{file}" cannot be read: {detail}',
  },
  zip_bomb: {
    status: 413,
    zh: '文件“{file}”解压后超过上限 {limit} 字节',
    en: 'The file "{file}" unpacks to more than {limit} bytes',
  },
  zip_ratio: {
    status: 413,
    zh: '文件“{file}”里有内容解压后大于压缩前 {limit} 倍，疑似压缩炸弹，未展开',
    en: 'Something in "{file}" unpacks to over {limit} times its size, as only bombs do; it was not unpacked',
  },
  zip_entries: {
    status: 413,
    zh: 'ZIP 文件“{file}”里的文件超过 {limit} 个',
    en: 'The ZIP file "{file}" holds more than {limit} files',
  },
  zip_path: {
    status: 422,
    zh: 'ZIP 文件“{file}”里的“{name}”指向压缩包之外，整批未收',
    en: '"{name}" in the ZIP file "{file}" leads out of it; nothing was taken',
  },
  zip_encrypted: {
    status: 422,
    zh: 'ZIP 文件“{file}”里的“{name}”加了密码；请去掉密码再交付',
    en: '"{name}" in the ZIP file "{file}" has a password; take it off and deliver again',
  },
  zip_nested: {
    status: 422,
    zh: 'ZIP 文件“{file}”里的“{name}”又是压缩包；请展开一层再交付',
    en: '"{name}" in the ZIP file "{file}" is a ZIP again; unpack it once and deliver again',
  },
  zip_several: {
    status: 422,
    zh: 'ZIP 文件“{file}”里有 {count} 个文件：{names}；请逐个查看',
    en: 'The ZIP file "{file}" holds {count} files: {names}; look at them one by one',
  },
  bad_zip: {
    status: 422,
    zh: 'ZIP 文件“{file}”打不开：{detail}',
    en: 'The ZIP file "{file}" cannot be read: {detail}',
  },
  no_sheet: {
    status: 422,
    zh: 'Excel 文件“{file}”里没有名为“{sheet}”的工作表；有：{names}',
    en: 'The Excel file "{file}" has no sheet "{sheet}"; it has: {names}',
  },
  not_json: {
    status: 422,
    zh: '文件“{file}”像是 JSON，但里面没有一个对象可作为行',
    en: 'The file "{file}" looks like JSON and holds no object that could be a row',
  },
  element_too_long: {
    status: 422,
    zh: 'JSON 文件“{file}”中有一个对象超过 {limit} 个字符，或引号、括号没有配对',
    en: 'An object in the JSON file "{file}" is over {limit} characters, or its quotes or brackets do not pair',
  },
  bad_parquet: {
    status: 422,
    zh: 'Parquet 文件“{file}”打不开：{detail}',
    en: 'The Parquet file "{file}" cannot be read: {detail}',
  },
  no_engine: {
    status: 422,
    zh: '这里不能读 Parquet 文件“{file}”；请交付 CSV 或 Excel',
    en: 'The Parquet file "{file}" cannot be read here; deliver CSV or Excel',
  },
  wrong_encoding: {
    status: 422,
    zh: '文件“{file}”的文字编码认不出：{bad} 行不是 UTF-8 也不是 GB18030；请另存为 UTF-8 再交付',
    en: 'The encoding of "{file}" is unknown: {bad} lines are neither UTF-8 nor GB18030; save as UTF-8',
  },
  too_many_columns: {
    status: 422,
    zh: '文件“{file}”有 {columns} 列以上，上限是 {limit} 列',
    en: 'The file "{file}" has {columns} columns or more; the limit is {limit}',
  },
  file_too_large: {
    status: 413,
    zh: '文件“{file}”超过上限 {limit} 字节',
    en: 'The file "{file}" is over the limit of {limit} bytes',
  },
  header_too_long: {
    status: 422,
    zh: '文件“{file}”的第一行超过 {limit} 字节，不像表头',
    en: 'The first line of "{file}" is over {limit} bytes; that is no header',
  },
  bad_columns: {
    status: 422,
    zh: '列与“{dataset}”的约定不符，共 {count} 处；整批未收',
    en: 'The columns do not fit the contract of "{dataset}", {count} faults; nothing was taken',
  },
  no_header: {
    status: 422,
    zh: '文件没有表头；列若按约定的顺序排列，请注明“表头 0 行”，或指明每一列是哪一项',
    en: 'The file has no header; say "header rows 0" when its columns stand in the order of the contract, or name the item of every column',
  },
  columns_count: {
    status: 422,
    zh: '文件有 {columns} 列，指明了 {items} 项；请逐列指明，不收的列留空',
    en: 'The file has {columns} columns and {items} items were named; name one for each, none for those not taken',
  },
  column_item: {
    status: 422,
    zh: '第 {column} 列指明的“{item}”不在约定里',
    en: 'Column {column} is said to be "{item}", which is not in the contract',
  },
  bad_dialect: {
    status: 422,
    zh: '读法写得不对，共 {count} 处',
    en: 'How the files are to be read is said wrongly, {count} faults',
  },
  dialect_fault: {
    status: 422,
    zh: '读法的“{item}”不对：{detail_zh}',
    en: 'What is said of "{item}" is wrong: {detail_en}',
  },
  unnamed_column: {
    status: 422,
    zh: '第 {column} 列没有表头；请补上表头，或在预览里指明它对应哪一项、还是不收',
    en: 'Column {column} has no header; name it, or say in the preview which item it is, or that it is not taken',
  },
  unknown_column: {
    status: 422,
    zh: '第 {column} 列“{header}”不在约定里',
    en: 'Column {column}, "{header}", is not in the contract',
  },
  missing_column: {
    status: 422,
    zh: '缺少“{title}”（{item}）一列',
    en: 'The column "{title}" ({item}) is missing',
  },
  duplicate_column: {
    status: 422,
    zh: '第 {column} 列“{header}”与第 {first} 列说的是同一信息项“{item}”',
    en: 'Column {column}, "{header}", stands for the item "{item}" as column {first} does',
  },
  engine_disagrees: {
    status: 500,
    zh: '两次读取“{file}”得到的行数不一致（{ours} 与 {theirs}），整批未收；请联系系统管理员',
    en: 'Two readings of "{file}" count different rows ({ours} and {theirs}); nothing was taken',
  },
  derived_dataset: {
    status: 409,
    zh: '“{dataset}”由 SQL 派生，不接收归集；请归集它所读取的资源',
    en: '"{dataset}" is made by SQL and takes no deliveries; deliver what it reads',
  },
  no_files: { status: 400, zh: '没有收到文件', en: 'No file was received' },
  bad_upload: {
    status: 400,
    zh: '上传内容不对：{detail_zh}',
    en: 'The upload is wrong: {detail_en}',
  },
  all_returned: {
    status: 422,
    zh: '“{dataset}”是整表交付，而这批 {rows} 行全部不合格；为免清空原有数据，整批未收',
    en: '"{dataset}" is delivered whole and all {rows} rows are faulty; nothing was taken, so that the data stays',
  },
  cut_resend: {
    status: 422,
    zh: '“{file}”是退回数据文件，但缺了“退回批次”“退回文件”“退回行号”中的列，无法对应原来的行；请在下载的文件里修改后交回',
    en: '"{file}" is a file of returned rows without the columns that say where they come from; mend the downloaded file itself',
  },
  mixed_resend: {
    status: 422,
    zh: '退回数据文件要单独交回，不能与其他文件放在同一批',
    en: 'Files of returned rows are sent back by themselves, not with other files',
  },
  unknown_resend: {
    status: 409,
    zh: '“{dataset}”没有退回批次“{batch}”；请确认交到了正确的资源',
    en: 'No rows of "{dataset}" went back in the delivery "{batch}"; is it the right dataset?',
  },
  superseded_resend: {
    status: 409,
    zh: '退回批次“{batch}”之后，“{dataset}”又有了新的整表交付，修改后的行不再补入；请修改数据源后整表交付',
    en: 'After the delivery "{batch}", "{dataset}" was delivered whole again; mend the source and deliver it whole',
  },
  disk_full: {
    status: 507,
    zh: '存储空间不足，整批未收，原有数据没有变化；请联系系统管理员',
    en: 'The disk is full; nothing was taken and the data stays as it was',
  },
  no_delivery: {
    status: 404,
    zh: '没有归集批次“{batch}”',
    en: 'There is no delivery "{batch}"',
  },
  no_returned: {
    status: 404,
    zh: '批次“{batch}”没有退回数据',
    en: 'The delivery "{batch}" has no returned rows',
  },
  interrupted: {
    status: 409,
    zh: '归集被中断，什么都没有写入；请重新交付同一文件',
    en: 'The delivery was interrupted and wrote nothing; deliver the same file again',
  },
  cancelled: {
    status: 409,
    zh: '归集已取消，什么都没有写入',
    en: 'The delivery was cancelled; nothing was written',
  },
  push_key: {
    status: 422,
    zh: '幂等键“{key}”已用于另一批数据',
    en: 'The idempotency key "{key}" was used for other rows',
  },
  no_run: { status: 404, zh: '没有归集任务“{run}”', en: 'There is no run "{run}"' },
  run_over: { status: 409, zh: '这次归集已经结束', en: 'The run has ended already' },
  not_again: {
    status: 409,
    zh: '这次归集不能重试：只有失败或取消的、文件还在的才能',
    en: 'The run cannot be tried again: only failed or cancelled ones whose files are still here',
  },
  no_upload: {
    status: 404,
    zh: '没有上传“{upload}”，可能已过期；请重新上传',
    en: 'There is no upload "{upload}"; it may have expired, send the file again',
  },
  upload_quota: {
    status: 413,
    zh: '未交付的上传共 {held} 字节，加上这个文件超过上限 {quota} 字节；请先交付或放弃一些',
    en: 'Uploads not delivered hold {held} bytes; with this file they pass the limit of {quota}',
  },
  batch_taken: {
    status: 409,
    zh: '批次号“{batch}”已经用过，请换一个',
    en: 'The id "{batch}" is that of another delivery; take a new one',
  },
  upload_taken: {
    status: 409,
    zh: '上传“{upload}”已经交付',
    en: 'The upload "{upload}" is delivered already',
  },
  upload_header: {
    status: 400,
    zh: '缺少 Upload-Offset，不知道这一段从哪里开始',
    en: 'Upload-Offset is missing: where does the piece begin',
  },
  upload_announced: {
    status: 400,
    zh: '登记上传需要文件名和大小：JSON 的 name、bytes，或 Upload-Length 与 Upload-Metadata 的 filename',
    en: 'Announce a name and a size: name and bytes in JSON, or Upload-Length and filename in Upload-Metadata',
  },
  upload_offset: {
    status: 409,
    zh: '已收到 {stands} 字节，这一段却从 {given} 开始；请从 {stands} 续传',
    en: 'The upload stands at {stands} bytes, the piece begins at {given}; go on from {stands}',
  },
  upload_overrun: {
    status: 413,
    zh: '内容多于登记的 {limit} 字节',
    en: 'More came than the {limit} bytes announced',
  },
  upload_digest: {
    status: 422,
    zh: '校验值不符，传输中有损坏；请重传',
    en: 'The digest differs: damaged on its way, send it again',
  },
  upload_incomplete: {
    status: 409,
    zh: '文件“{file}”只收到 {received}/{bytes} 字节，请先传完',
    en: 'Of "{file}" only {received} of {bytes} bytes are here',
  },
  upload_broken: {
    status: 400,
    zh: '传输中断，已收到的部分保留，可以续传',
    en: 'The connection broke; what came is kept, go on from there',
  },
  no_source: { status: 404, zh: '没有数据来源“{source}”', en: 'There is no source "{source}"' },
  no_secret: {
    status: 422,
    zh: '没有设置环境变量 {variable}，取不到口令；请系统管理员设置后重启',
    en: 'The variable {variable} is not set in the environment; the secret is missing',
  },
  host_not_listed: {
    status: 403,
    zh: '主机“{host}”不在允许的名单里（设置 pull_hosts）',
    en: 'The host "{host}" is not on the list of the setting pull_hosts',
  },
  address_forbidden: {
    status: 403,
    zh: '“{host}”指向内部或保留地址，不允许连接（设置 pull_networks）',
    en: '"{host}" leads to a private or reserved address (setting pull_networks)',
  },
  source_unreachable: {
    status: 502,
    zh: '连不上“{place}”（{reason}）；稍后自动重试',
    en: '"{place}" cannot be reached ({reason}); it is tried again later',
  },
  source_broke_off: {
    status: 502,
    zh: '“{place}”中途断开（{reason}），什么都没有写入；稍后自动重试',
    en: '"{place}" broke off half-way ({reason}); nothing was written, it is tried again later',
  },
  source_denied: {
    status: 422,
    zh: '“{place}”拒绝了请求（{reason}）；请核对账号、权限和地址',
    en: '"{place}" refused ({reason}); look at account, rights and address',
  },
  source_no_table: {
    status: 422,
    zh: '“{place}”里没有要读的表或列（{reason}）',
    en: '"{place}" has no such table or column ({reason})',
  },
  source_too_large: {
    status: 422,
    zh: '“{place}”的内容超过上限 {limit} 字节',
    en: '"{place}" holds more than the limit of {limit} bytes',
  },
  source_too_slow: {
    status: 504,
    zh: '“{place}”在 {minutes} 分钟内没有传完；稍后自动重试',
    en: '"{place}" was not done within {minutes} minutes; it is tried again later',
  },
  source_redirects: {
    status: 422,
    zh: '“{place}”转来转去超过 {limit} 次',
    en: '"{place}" redirects more than {limit} times',
  },
  source_moving: {
    status: 503,
    zh: '文件“{file}”还在写入，稍后再取',
    en: 'The file "{file}" is still being written; it is taken later',
  },
  source_gone: {
    status: 422,
    zh: '文件“{file}”不见了，可能已被移走',
    en: 'The file "{file}" is gone',
  },
  source_folder: {
    status: 422,
    zh: '监视文件夹“{path}”不存在、不可读，或不在设置 watch_folder 之内',
    en: 'The watched folder "{path}" is missing, cannot be read or leaves the setting watch_folder',
  },
  source_dataset: {
    status: 400,
    zh: '没有数据资源“{dataset}”，或它是派生的，不能归集',
    en: 'There is no dataset "{dataset}", or it is derived and takes no deliveries',
  },
  source_cron: {
    status: 400,
    zh: '看不懂“{cron}”；要五段：分 时 日 月 星期',
    en: '"{cron}" cannot be read; five fields: minute, hour, day, month, weekday',
  },
  source_schedule: {
    status: 400,
    zh: 'every_minutes 和 cron 只写一个',
    en: 'Give every_minutes or cron, one of them',
  },
  source_path: {
    status: 400,
    zh: '“{path}”必须是 watch_folder 之下的相对路径，不能含 ..',
    en: '"{path}" must be a path below watch_folder, without ..',
  },
  source_userinfo: {
    status: 400,
    zh: '地址里不能写账号口令；请用 headers 和 secret',
    en: 'An address holds no user or password; use headers and a secret',
  },
  source_watermark: {
    status: 400,
    zh: '“{dataset}”整表交付，不能按水位增量读取',
    en: '"{dataset}" is delivered whole and cannot be read by watermark',
  },
  unknown_item: {
    status: 400,
    zh: '第 {row} 行：“{item}”不在“{dataset}”的约定里',
    en: 'Row {row}: "{item}" is not in the contract of "{dataset}"',
  },
  push_full: {
    status: 409,
    zh: '“{dataset}”按整表交付，不接收单行推送',
    en: '"{dataset}" is delivered whole and takes no single rows',
  },
  bad_rows: {
    status: 422,
    zh: '{rows} 行中有 {count} 处不合格，未写入',
    en: '{count} faults in {rows} rows; nothing was written',
  },
  dataset_of_other: {
    status: 409,
    zh: '“{dataset}”已是另一个单位的数据资源，换一个名称',
    en: '"{dataset}" is a dataset of another unit; choose another name',
  },
  proposal_lower: {
    status: 409,
    zh: '“{item}”已定为 {grade}：降级、改含义、去掉都要经批准，不能在编目时改',
    en: '"{item}" stands at {grade}: a lower grade, another meaning or its end need an approval',
  },
  bad_dataset_name: {
    status: 400,
    zh: '资源名“{name}”不合规：小写字母开头，只用小写字母、数字和下划线',
    en: 'The name "{name}" is not allowed: small letters, digits and _, a letter first',
  },
  one_file: {
    status: 400,
    zh: '一次编目一个文件',
    en: 'One file is catalogued at a time',
  },
  row_fault: { status: 422, zh: '“{title}”：{zh}', en: '"{title}": {en}' },
});
