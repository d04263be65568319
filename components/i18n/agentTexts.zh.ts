import type { agentsEn, thinkingEn, zoomEn } from "./agentTexts.en.ts";

/** Texts of thinking, agents' steps and the zoom tool in Chinese. */
export const thinkingZh: typeof thinkingEn = {
  live: "{seconds, select, none {思考中…} other {思考中… {seconds}}}",
  ended: "{seconds, select, none {已思考} other {思考了 {seconds}}}",
  cutOff: "{seconds, select, none {思考被中断} other {思考 {seconds} 后被中断}}",
  tokens: "{count, plural, other {{tokens} 个 token}}",
  copy: "复制思考过程",
};

export const agentsZh: typeof agentsEn = {
  steps: "{count, plural, other {智能体的 # 个步骤}}",
  neverExecuted: "这些步骤只作展示，不会执行。",
  mobile: "第 {number} 步 · 手机",
  computer: "第 {number} 步 · 电脑",
  show: "在截图上显示第 {number} 步",
  words: {
    tap: "点按",
    click: "单击",
    rightClick: "右键单击",
    middleClick: "中键单击",
    doubleClick: "双击",
    tripleClick: "三击",
    move: "移动指针",
    drag: "拖动",
    hold: "{seconds, select, none {长按} other {长按 {seconds} 秒}}",
    swipe: "{direction, select, up {向上滑动} down {向下滑动} left {向左滑动} right {向右滑动} other {滑动}}",
    scroll: "{direction, select, up {向上滚动} down {向下滚动} left {向左滚动} right {向右滚动} other {滚动}}",
    type: "输入“{text}”",
    answer: "回答：“{text}”",
    open: "打开“{text}”",
    keys: "按下 <keys></keys>",
    button: "按下“{button}”键",
    wait: "{seconds, select, none {等待} other {等待 {seconds} 秒}}",
    done: "结束：已完成",
    failed: "结束：无法完成",
  },
};

export const zoomZh: typeof zoomEn = {
  zoomedIn: "{label, select, none {已放大} other {已放大“{label}”}}",
  show: "显示放大的区域",
  cropping: "{label, select, none {正在放大…} other {正在放大“{label}”…}}",
  cancel: "取消",
  wants: "{label, select, none {模型想放大图片。} other {模型想放大“{label}”。}}",
  bound: "已经放大了 {count} 次。继续吗？",
  run: "放大",
  failed: "无法截取该区域。",
  retry: "重试",
};
