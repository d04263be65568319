/** Texts of thinking, agents' steps and the zoom tool in English. */
export const thinkingEn = {
  live: "Thinking…{seconds, select, none {} other { {seconds}}}",
  ended: "Thought{seconds, select, none {} other { for {seconds}}}",
  cutOff: "{seconds, select, none {Stopped while thinking} other {Stopped while thinking, after {seconds}}}",
  tokens: "{count, plural, one {# token} other {{tokens} tokens}}",
  copy: "Copy the thinking",
};

export const agentsEn = {
  steps: "{count, plural, one {One step of the agent} other {# steps of the agent}}",
  neverExecuted: "Steps are shown, never executed.",
  mobile: "Step {number} · phone",
  computer: "Step {number} · computer",
  show: "Show step {number} on the screenshot",
  words: {
    tap: "Tap",
    click: "Click",
    rightClick: "Right-click",
    middleClick: "Middle-click",
    doubleClick: "Double-click",
    tripleClick: "Triple-click",
    move: "Move the pointer",
    drag: "Drag",
    hold: "{seconds, select, none {Press and hold} other {Press and hold for {seconds} s}}",
    swipe: "Swipe{direction, select, up { up} down { down} left { left} right { right} other {}}",
    scroll: "Scroll{direction, select, up { up} down { down} left { left} right { right} other {}}",
    type: "Type “{text}”",
    answer: "Answer: “{text}”",
    open: "Open “{text}”",
    keys: "Press <keys></keys>",
    button: "Press the button “{button}”",
    wait: "Wait{seconds, select, none {} other { {seconds} s}}",
    done: "Finished: done",
    failed: "Finished: not possible",
  },
};

export const zoomEn = {
  zoomedIn: "{label, select, none {Zoomed in} other {Zoomed in on “{label}”}}",
  show: "Show the enlarged region",
  cropping: "{label, select, none {Zooming in…} other {Zooming in on “{label}”…}}",
  cancel: "Cancel",
  wants: "{label, select, none {The model wants to zoom in.} other {The model wants to zoom in on “{label}”.}}",
  bound: "It has zoomed in {count} times. More?",
  run: "Zoom in",
  failed: "The region could not be cut out.",
  retry: "Try again",
};
