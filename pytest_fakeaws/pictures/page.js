"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const [TIME, LANE, ROW, GAP] = [92, 30, 20, 8];
const marks = data.marks.map(([number, at, clock, lane, target, tone, text, about, parents]) =>
  ({ number, at, clock, lane, target, tone, text, about, parents }));
const byId = (id) => document.getElementById(id);
const [stage, sheet, rows, drawing, panel] = ["stage", "sheet", "rows", "drawing", "panel"].map(byId);
const help = panel.innerHTML;
const textX = TIME + LANE * data.lanes.length + 12;
const laneX = (lane) => TIME + LANE * lane + LANE / 2;

// Where each mark stands, what leads to what, and the path of each message.
const position = new Map();
const children = new Map();
const paths = data.subjects.map(() => []);
let height = 6;
marks.forEach((mark, index) => {
  mark.index = index;
  mark.first = index === 0 || marks[index - 1].at !== mark.at;
  if (index > 0 && mark.first) height += GAP;
  mark.y = height;
  height += ROW;
  position.set(mark.number, index);
  mark.about.forEach((subject) => paths[subject].push(index));
  for (const parent of mark.parents) {
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(mark.number);
  }
});
const segments = [];
const segment = (kind, subject, from, start, to, end) => segments.push({ kind, subject, from, start, to, end });
paths.forEach((path, subject) => path.forEach((index, step) => {
  const mark = marks[index];
  const exit = mark.target ?? mark.lane;
  if (mark.target !== null) segment("path", subject, index, mark.lane, index, exit);
  if (step + 1 < path.length) segment("path", subject, index, exit, path[step + 1], marks[path[step + 1]].lane);
}));
for (const mark of marks) {
  for (const number of mark.parents) {
    const parent = marks[position.get(number)];
    if (parent && !parent.about.some((subject) => mark.about.includes(subject))) {
      segment("cause", null, parent.index, parent.lane, mark.index, mark.lane);
    }
  }
}

const state = { chosen: null, subject: null, hovered: null, cursor: marks.length - 1, found: new Set() };
const middle = (index) => marks[index].y + ROW / 2;
const colour = (subject) => `c${subject % 8}`;

function line({ from, start, to, end }) {
  const [x1, y1, x2, y2] = [laneX(start), middle(from), laneX(end), middle(to)];
  if (x1 === x2 || y1 === y2) return `M${x1} ${y1}L${x2} ${y2}`;
  const bend = Math.max(y1, y2 - ROW);
  return `M${x1} ${y1}V${bend}C${x1} ${y2} ${x2} ${bend} ${x2} ${y2}`;
}

function firstBelow(y) {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (marks[half].y + ROW < y) low = half + 1; else high = half;
  }
  return low;
}

// Only what can be seen is drawn, so that ten thousand lines cost no more than fifty.
function draw() {
  const top = Math.max(0, stage.scrollTop - 200);
  const bottom = stage.scrollTop + stage.clientHeight + 200;
  const first = firstBelow(top);
  let last = first;
  while (last < marks.length && marks[last].y < bottom) last += 1;
  drawRows(first, last);
  drawPaths(first, last, top, Math.min(bottom, height));
}

function rowClass(mark) {
  const followed = state.subject ?? state.hovered;
  return ["row", mark.tone, state.chosen === mark.index && "chosen", state.found.has(mark.index) && "found",
    mark.index > state.cursor && "later", followed !== null && !mark.about.includes(followed) && "aside"]
    .filter(Boolean).join(" ");
}

function drawRows(first, last) {
  const fresh = document.createDocumentFragment();
  for (const mark of marks.slice(first, last)) {
    const row = document.createElement("div");
    row.className = rowClass(mark);
    row.id = `row-${mark.index}`;
    row.style.top = `${mark.y}px`;
    row.dataset.index = mark.index;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(state.chosen === mark.index));
    row.setAttribute("aria-setsize", String(marks.length));
    row.setAttribute("aria-posinset", String(mark.index + 1));
    row.setAttribute("aria-label", `${mark.clock}, ${data.lanes[mark.lane].name}: ${mark.text}`);
    const time = document.createElement("span");
    time.className = "time";
    time.textContent = mark.first || mark.index === first ? mark.clock : "";
    const text = document.createElement("span");
    text.className = "text";
    text.style.left = `${textX}px`;
    text.textContent = mark.text;
    row.append(time, text);
    fresh.append(row);
  }
  rows.replaceChildren(fresh);
}

function drawPaths(first, last, top, bottom) {
  const parts = data.lanes.map((_, lane) =>
    `<line class="lane" x1="${laneX(lane)}" y1="${top}" x2="${laneX(lane)}" y2="${bottom}"/>`);
  const followed = state.subject ?? state.hovered;
  const seen = segments.filter(({ from, to, subject }) =>
    from < last && to >= first && (seenAtAll(subject, followed) || to - from < 400));
  for (const one of seen) {
    const tone = one.kind === "cause" ? "cause" : `path ${colour(one.subject)}`;
    const chosen = followed === null || one.kind === "cause" ? "" : one.subject === followed ? " chosen" : " aside";
    parts.push(`<path class="${tone}${chosen}" d="${line(one)}"/>`);
  }
  for (const mark of marks.slice(first, last)) {
    const tone = `mark ${mark.tone} ${mark.about.length ? colour(mark.about[0]) : "c5"}`;
    const [x, y] = [laneX(mark.lane), middle(mark.index)];
    parts.push(mark.tone === "bad" ? `<path class="${tone}" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"/>`
      : `<circle class="${tone}" cx="${x}" cy="${y}" r="4.5"/>`);
    if (mark.target !== null) parts.push(`<circle class="${tone}" cx="${laneX(mark.target)}" cy="${y}" r="3"/>`);
  }
  if (marks.length && state.cursor < marks.length - 1) {
    const y = marks[state.cursor].y + ROW;
    parts.push(`<line class="cursor" x1="0" y1="${y}" x2="${textX}" y2="${y}"/>`);
  }
  drawing.innerHTML = parts.join("");
}

const seenAtAll = (subject, followed) => subject !== null && subject === followed;

// Looking closer.
function element(tag, text, parent, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

function showDetails(mark) {
  panel.replaceChildren();
  element("h2", mark.text, panel);
  element("p", `${mark.clock}  ${data.lanes[mark.lane].kind} ${data.lanes[mark.lane].name}`, panel);
  for (const subject of mark.about) {
    const { name, end } = data.subjects[subject];
    const links = element("div", undefined, panel, "links");
    const follow = element("button", `follow ${name} (${paths[subject].length} lines)`, links);
    follow.onclick = () => { state.subject = state.subject === subject ? null : subject; draw(); };
    if (end) element("p", end, panel, "failed");
  }
  link("came from", mark.parents);
  link("led to", children.get(mark.number) ?? []);
  for (const [label, text] of Object.entries(data.details[mark.number] ?? {})) {
    element("h3", label, panel);
    element("pre", text, panel);
  }
}

function link(label, numbers) {
  const known = numbers.filter((number) => position.has(number));
  if (!known.length) return;
  element("h3", label, panel);
  const links = element("div", undefined, panel, "links");
  for (const number of known.slice(0, 50)) {
    const mark = marks[position.get(number)];
    element("button", `${mark.clock}  ${data.lanes[mark.lane].name}: ${mark.text}`, links).onclick = () => choose(mark.index);
  }
}

function choose(index) {
  if (index < 0 || index >= marks.length) return;
  const mark = marks[index];
  state.chosen = index;
  if (state.subject === null || !mark.about.includes(state.subject)) state.subject = mark.about[0] ?? null;
  showDetails(mark);
  const [top, bottom] = [mark.y, mark.y + ROW + 110];
  if (top < stage.scrollTop) stage.scrollTop = top - 60;
  else if (bottom > stage.scrollTop + stage.clientHeight) stage.scrollTop = bottom - stage.clientHeight + 60;
  stage.setAttribute("aria-activedescendant", `row-${index}`);
  draw();
}

function letGo() {
  Object.assign(state, { chosen: null, subject: null, hovered: null });
  stage.removeAttribute("aria-activedescendant");
  panel.innerHTML = help;
  draw();
}

function alongPath(direction) {
  const path = state.subject === null ? [] : paths[state.subject];
  const next = direction > 0 ? path.find((index) => index > state.chosen)
    : path.filter((index) => index < state.chosen).pop();
  if (next !== undefined) choose(next);
}

// Search: a short name finds its whole path, any other text the lines and details that have it.
function search(text) {
  const wanted = text.trim().toLowerCase();
  state.found = new Set();
  if (wanted) {
    const subject = data.subjects.findIndex(({ name, id }) => name.toLowerCase() === wanted || id.toLowerCase() === wanted);
    if (subject >= 0) paths[subject].forEach((index) => state.found.add(index));
    else marks.forEach((mark) => {
      const all = [mark.text, data.lanes[mark.lane].name, ...Object.values(data.details[mark.number] ?? {})];
      if (all.some((one) => one.toLowerCase().includes(wanted))) state.found.add(mark.index);
    });
  }
  byId("found").textContent = wanted ? `${state.found.size} of ${marks.length} lines` : "";
  if (state.found.size) choose(Math.min(...state.found)); else draw();
}

// The scrubber shows what each lane held at a moment.
const levels = data.lanes.map(() => []);
data.levels.forEach(([mark, lane, held]) => levels[lane].push([mark, held]));

function held(lane) {
  let count = 0;
  for (const [mark, after] of levels[lane]) {
    if (mark > state.cursor) break;
    count = after;
  }
  return count;
}

function scrub(index) {
  state.cursor = index;
  byId("clock").textContent = marks.length ? marks[index].clock : "";
  byId("scrubber").setAttribute("aria-valuetext", marks.length ? `${marks[index].clock}: ${marks[index].text}` : "");
  data.lanes.forEach((_, lane) => {
    const cell = byId(`count-${lane}`);
    const count = held(lane);
    cell.textContent = levels[lane].length ? count : "";
    cell.classList.toggle("some", count > 0);
  });
}

function begin() {
  byId("summary").textContent = data.summary;
  byId("up").hidden = !data.indexed;
  sheet.style.height = `${height + 40}px`;
  sheet.style.minWidth = `${textX + 600}px`;
  data.lanes.forEach(({ kind, name, resource }, lane) => {
    const head = element("div", name, byId("heads"), "head");
    head.style.left = `${laneX(lane)}px`;
    head.title = `${kind} ${resource}`;
    const count = element("div", "", byId("heads"), "count");
    count.id = `count-${lane}`;
    count.style.left = `${TIME + LANE * lane}px`;
    count.title = kind === "queue" ? "messages held" : "running";
  });
  byId("scrubber").max = Math.max(0, marks.length - 1);
  byId("scrubber").value = byId("scrubber").max;
  scrub(Math.max(0, marks.length - 1));
  draw();
}

const keys = {
  ArrowDown: () => choose(state.chosen === null ? 0 : state.chosen + 1),
  ArrowUp: () => choose(state.chosen === null ? marks.length - 1 : state.chosen - 1),
  Home: () => choose(0),
  End: () => choose(marks.length - 1),
  PageDown: () => choose(Math.min(marks.length - 1, (state.chosen ?? 0) + 20)),
  PageUp: () => choose(Math.max(0, (state.chosen ?? 0) - 20)),
  n: () => alongPath(1),
  p: () => alongPath(-1),
  Escape: letGo,
};
stage.addEventListener("keydown", (event) => {
  if (event.key in keys && !event.ctrlKey && !event.metaKey) { keys[event.key](); event.preventDefault(); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target.tagName !== "INPUT") { byId("search").focus(); event.preventDefault(); }
});
const rowOf = (event) => event.target.closest(".row");
rows.addEventListener("click", (event) => { const row = rowOf(event); if (row) choose(Number(row.dataset.index)); });
rows.addEventListener("mouseover", (event) => {
  const row = rowOf(event);
  const hovered = row ? marks[Number(row.dataset.index)].about[0] ?? null : null;
  if (hovered !== state.hovered) { state.hovered = hovered; if (state.subject === null) repaint(); }
});
rows.addEventListener("mouseleave", () => { state.hovered = null; if (state.subject === null) repaint(); });
byId("search").addEventListener("input", (event) => search(event.target.value));
byId("scrubber").addEventListener("input", (event) => { scrub(Number(event.target.value)); draw(); });
byId("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
});
stage.addEventListener("scroll", () => requestAnimationFrame(draw));
addEventListener("resize", () => requestAnimationFrame(draw));

// Rows stay where they are while the pointer moves over them: a row that is replaced is never clicked.
function repaint() {
  for (const row of rows.children) row.className = rowClass(marks[Number(row.dataset.index)]);
  const [first, last] = [rows.firstChild, rows.lastChild];
  if (first) {
    drawPaths(Number(first.dataset.index), Number(last.dataset.index) + 1,
      Math.max(0, stage.scrollTop - 200), Math.min(stage.scrollTop + stage.clientHeight + 200, height));
  }
}

begin();
