import type { Messages } from './messages.ts'

/** What the catalogue says of files, in Chinese. */
export const filesInChinese: Pick<Messages, 'files' | 'pdf' | 'shared'> = {
  files: {
    attach: '添加文件',
    chosen: '随下一条消息发送的文件',
    remove: (name) => `移除 ${name}`,
    tooLarge: (name, most) => `${name} 太大：这里单个文件不能超过 ${most}。`,
    asItIs: '将按原样发送，其中可能含有拍摄地点。',
    makingReady: '正在准备文件',
    preparing: (done, total) => `正在准备：${done} / ${total}`,
    sending: '正在发送文件',
    progress: (sent, total) => `${sent} / ${total}`,
    waiting: '等待连接，恢复后会自动继续',
    several: (count) => `${count} 个文件`,
    open: (name) => `打开 ${name}`,
    download: (name) => `下载 ${name}`,
    unreadable: '此设备已无法读取该文件，请取消后重新选择。',
    noSpace: '此服务器上没有足够的空间存放它，请等管理员腾出空间后再试。',
    missing: '暂时无法获取，请稍后再试。',
    notShown: '此浏览器无法显示它，请下载后打开。',
    gone: '服务器上已经没有这个文件了。请让发送者重新发送。',
  },

  pdf: {
    place: (page, count) => `第 ${page} 页，共 ${count} 页`,
    zoomIn: '放大',
    zoomOut: '缩小',
    pageDamaged: '此页已损坏。',
    damaged: '文件已损坏，或者不是 PDF。请让发送者重新发送。',
    locked: '它设有密码。请下载后用可以输入密码的程序打开。',
    noReader: '无法载入显示 PDF 的部分。请重新载入页面，或关闭此处后下载文件。',
    tooLarge: '它太大，无法在这里显示。请下载后用其他程序打开。',
  },

  shared: {
    title: '文件',
    kind: '哪些文件',
    pictures: '图片',
    others: '其他文件',
    empty: '还没有文件',
    emptyLead: '在这里发送的文件都会出现在这里。',
    none: '还没有这类文件。',
    show: '在会话中查看',
    showOf: (name) => `在会话中查看 ${name}`,
    showFailed: '无法加载这条消息，请稍后再试。',
    failed: '无法加载更早的文件。',
    offline: '恢复连接后会显示更早的文件。',
  },
}
